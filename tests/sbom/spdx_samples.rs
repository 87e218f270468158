//! SPDX documents of others: `valid/` is read, `invalid/` is refused, and nothing that the official
//! schemas refuse is read. The folder is named by `BATCHSEAL_SPDX_DATA`;
//! there is no such set that everybody has, so these tests are run by hand with `--ignored`.

use std::path::PathBuf;

use batchseal::sbom::foreign;
use serde_json::{Value, json};

fn data(folder: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("BATCHSEAL_SPDX_DATA").expect("BATCHSEAL_SPDX_DATA")).join(folder);
    folder.is_dir().then_some(folder)
}

fn documents(folder: &str) -> Vec<(String, Vec<u8>)> {
    let Some(folder) = data(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("folder").map(|one| one.expect("entry").path()).collect();
    paths.sort();
    let named = paths.into_iter().map(|path| (path.file_name().expect("name").to_string_lossy().into_owned(), path));
    named.map(|(name, path)| (name, std::fs::read(path).expect("file"))).collect()
}

#[test]
#[ignore = "needs a folder of foreign documents, named by BATCHSEAL_SPDX_DATA"]
fn valid_documents_are_read() {
    for (name, bytes) in documents("valid") {
        let inventory = foreign::read(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        println!(
            "{name}: {} {}, {} components, {} lists of dependencies, {} excluded, primary {:?}",
            inventory.format.name,
            inventory.format.version,
            inventory.components.len(),
            inventory.dependencies.len(),
            inventory.components.iter().filter(|item| item.excluded).count(),
            inventory.primary
        );
    }
}

#[test]
#[ignore = "needs a folder of foreign documents, named by BATCHSEAL_SPDX_DATA"]
fn invalid_documents_are_refused() {
    for (name, bytes) in documents("invalid") {
        let error = foreign::read(&bytes).err().unwrap_or_else(|| panic!("{name} was read"));
        println!("{name}: {error}");
    }
}

/// Every document that differs from this one in one place: a value of another type, none, or one field more.
fn mutants(value: &Value) -> Vec<Value> {
    let others = [Value::Null, json!(7), json!("x"), json!([]), json!({}), json!(true)];
    let mut mutants: Vec<Value> = others.into_iter().filter(|other| other != value).collect();
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let mut without = fields.clone();
                without.remove(name);
                mutants.push(Value::Object(without));
                let changed = mutants_of(inner, |inner| {
                    let mut changed = fields.clone();
                    changed.insert(name.clone(), inner);
                    Value::Object(changed)
                });
                mutants.extend(changed);
            }
            let mut more = fields.clone();
            more.insert("unheardOf".to_owned(), json!("x"));
            mutants.push(Value::Object(more));
        }
        Value::Array(list) => {
            for at in 0..list.len().min(3) {
                mutants.extend(mutants_of(&list[at], |inner| {
                    let mut changed = list.clone();
                    changed[at] = inner;
                    Value::Array(changed)
                }));
            }
        }
        _ => {}
    }
    mutants
}

fn mutants_of(inner: &Value, place: impl Fn(Value) -> Value) -> Vec<Value> {
    mutants(inner).into_iter().map(place).collect()
}

#[test]
#[ignore = "needs a folder of foreign documents, named by BATCHSEAL_SPDX_DATA"]
fn nothing_that_the_official_schemas_refuse_is_read() {
    let Some(schemas) = data("schema") else { return };
    for (name, bytes) in documents("valid").into_iter().filter(|(_, bytes)| bytes.len() < 30_000) {
        let document: Value = serde_json::from_slice(&bytes).expect("JSON");
        let version = foreign::read(&bytes).expect("valid").format.version;
        let schema = std::fs::read(schemas.join(format!("spdx-schema-v{version}.json"))).expect("schema");
        let schema =
            jsonschema::validator_for(&serde_json::from_slice(&schema).expect("schema is JSON")).expect("schema");
        if !schema.is_valid(&document) {
            println!("{name}: has a habit of Yocto's, which the schema refuses");
            continue;
        }
        // A sample of the mutants of a large document; the schema of version 3 takes long over each.
        let (mutants, most) = (mutants(&document), if version.starts_with('3') { 60 } else { 1500 });
        let step = mutants.len().div_ceil(most).max(1);
        let (mut read, mut judged) = (0, 0);
        for mutant in mutants.iter().step_by(step) {
            judged += 1;
            if foreign::read(mutant.to_string().as_bytes()).is_ok() {
                read += 1;
                assert!(schema.is_valid(mutant), "{name}: read, though the schema refuses it: {mutant}");
            }
        }
        println!("{name}: {judged} mutants, {read} read, all of them valid under the schema");
    }
}
