//! `[signing]`: raw table to [`SigningPolicy`]. Values are not shown: people paste keys and PINs here.

use super::pkcs11_uri::is_absolute_path;
use super::reader::{Item, Table};
use super::signing::{KeySource, KeySourceError, SignerProgram, SigningPolicy};
use super::text_rules::{each, is_environment_name, is_visible_long, unique};

const KEY: &str = "env:NAME, file:PATH or pkcs11:URI, never the key itself";

/// Most arguments of a signer program.
const MAX_ARGUMENTS: usize = 64;

/// Reads `[signing]`: one of `key` and `program`, and what belongs to it.
pub(super) fn signing(table: &Table<'_>) -> Option<SigningPolicy> {
    let key = match (table.optional("key"), table.optional("program")) {
        (Some(item), None) => key_source(&item),
        (None, Some(item)) => program(table, &item).map(KeySource::Program),
        (Some(_), Some(item)) => item.refuse_as("key and program", "one of the two"),
        (None, None) => {
            table.complain("key", "nothing", "env:NAME, file:PATH, pkcs11:URI, or a program");
            None
        }
    };
    let certificates = table.optional_as("certificates", |item| item.visible_text().map(str::to_owned));
    let passphrase =
        table.optional_as("passphrase", |item| Some((item.environment_source()?.to_owned(), item.clone())));
    let (key, certificates, passphrase) = (key?, certificates?, passphrase?);
    refuse_strays(table, &key)?;
    let Some((name, item)) = passphrase else {
        return Some(SigningPolicy { key, passphrase_env: None, certificates });
    };
    match &key {
        KeySource::Env(key) if *key == name => item.refuse("another variable than the key's"),
        KeySource::Pkcs11(_) => item.refuse("no passphrase with a token (its PIN comes from ?pin-source=env:NAME)"),
        KeySource::Program(_) => item.refuse("no passphrase with a program (name variables in environment)"),
        _ => Some(SigningPolicy { key, passphrase_env: Some(name), certificates }),
    }
}

/// What only a program has.
fn refuse_strays(table: &Table<'_>, key: &KeySource) -> Option<()> {
    if matches!(key, KeySource::Program(_)) {
        return Some(());
    }
    let strays = ["public-key", "environment"].into_iter().filter_map(|key| table.optional(key));
    let refused: Vec<Option<()>> = strays.map(|item| item.refuse("this key only together with program")).collect();
    refused.into_iter().collect::<Option<Vec<()>>>().map(drop)
}

fn key_source(item: &Item<'_>) -> Option<KeySource> {
    let text = item.secret_string(KEY)?;
    match KeySource::parse(text) {
        Ok(source) => Some(source),
        Err(error @ KeySourceError::Uri(_)) => item.refuse_as(error.to_string(), "a URI of RFC 7512"),
        Err(error) => item.refuse_as(error.to_string(), KEY),
    }
}

fn program(table: &Table<'_>, item: &Item<'_>) -> Option<SignerProgram> {
    let command = command(item);
    let public_key = table
        .required("public-key", "the file with the program's public key")
        .and_then(|item| item.visible_text().map(str::to_owned));
    let environment = match table.optional("environment") {
        Some(item) => environment(&item),
        None => Some(Vec::new()),
    };
    Some(SignerProgram { command: command?, public_key: public_key?, environment: environment? })
}

fn command(item: &Item<'_>) -> Option<Vec<String>> {
    let entries =
        item.some_list("a program and its arguments, such as [\"/usr/local/bin/kms-sign\", \"--key\", \"k1\"]")?;
    if entries.len() > MAX_ARGUMENTS {
        return item.refuse(format!("at most {MAX_ARGUMENTS} words"));
    }
    let expected = "visible text in one line, and no secret: arguments can be read by every user";
    let words = each(&entries, |entry| {
        let word = entry.secret_string(expected)?;
        let sound = word.is_empty() || is_visible_long(word);
        if sound { Some(word.to_owned()) } else { entry.refuse_as("a value of another form (not shown)", expected) }
    })?;
    match (words.first(), entries.first()) {
        // What is looked up on PATH or in the work tree could be put there by the build.
        (Some(program), Some(entry)) if !is_absolute_path(program) => entry.refuse("the absolute path of a program"),
        _ => Some(words),
    }
}

fn environment(item: &Item<'_>) -> Option<Vec<String>> {
    let entries = item.list("a list of names of environment variables")?;
    let names = each(&entries, |entry| {
        let name = entry.secret_string("a name, without a value").filter(|name| is_environment_name(name));
        // NAME=value is a common slip, and the value may be a secret.
        name.map(str::to_owned)
            .or_else(|| entry.refuse_as("no name of an environment variable (not shown)", "a name, without a value"))
    })?;
    unique(names.iter().zip(&entries))?;
    Some(names)
}
