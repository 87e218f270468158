//! `components.toml` and `support.toml` as people use them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use batchseal::sbom::document::Document;

const COMPONENTS: &str = "schema = 1
[[component]]
name = \"zlib\"
version = \"1.3.1\"
kind = \"library\"
supplier = \"zlib project\"
files = [\"third_party/zlib/**\"]
depends-on = []
";

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), "components.toml", COMPONENTS);
    write(folder.path(), "third_party/zlib/a.c", "int a;");
    write(folder.path(), "third_party/zlib/deep/.b", "b");
    write(folder.path(), "third_party/zlib/.git/HEAD", "no part of it");
    folder
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("parent")).expect("folder");
    fs::write(path, text).expect("file");
}

fn run(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_batchseal"));
    command.arg("sbom").args(arguments).current_dir(root).env("SOURCE_DATE_EPOCH", "1800000000");
    command.output().expect("batchseal runs")
}

fn told(done: &Output, status: i32) -> String {
    let text = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(status), "{text}");
    text
}

#[test]
fn a_product_of_declared_components_needs_no_lockfile_but_a_record() {
    let folder = project();
    let root = folder.path();
    assert!(told(&run(root, &[]), 3).contains("no digest is recorded"));
    told(&run(root, &["declare", "--update"]), 0);
    let record = fs::read_to_string(root.join("components.lock")).expect("record");
    assert!(record.contains("  third_party/zlib/deep/.b\n") && !record.contains(".git"), "{record}");
    let done = run(root, &["--device-name", "pump", "--device-version", "1"]);
    assert!(told(&done, 0).contains("components.toml: 1 declared component"));
    let document = Document::parse(&done.stdout).expect("document");
    assert_eq!(document.components[0].purl.as_deref(), Some("pkg:generic/zlib@1.3.1"));
    assert_eq!(document.dependencies[0].depends_on[0].as_str(), "pkg:generic/zlib@1.3.1");
    assert!(document.components[0].sha256().is_some());
}

#[test]
fn a_changed_a_vanished_and_a_new_file_are_named() {
    let folder = project();
    let root = folder.path();
    told(&run(root, &["declare", "--update"]), 0);
    write(root, "third_party/zlib/a.c", "int b;");
    fs::rename(root.join("third_party/zlib/deep/.b"), root.join("third_party/zlib/c")).expect("moved");
    for arguments in [&["declare"][..], &[]] {
        let text = told(&run(root, arguments), 3);
        for line in ["a.c changed", "deep/.b is recorded and gone", "zlib/c is not recorded"] {
            assert!(text.contains(line), "{line}: {text}");
        }
    }
}

#[test]
fn a_file_of_two_components_is_refused_until_one_gives_it_up() {
    let folder = project();
    let other = "[[component]]\nname = \"deep\"\nversion = \"1\"\nkind = \"library\"\nsupplier = \"S\"\nfiles = [\"**/deep/**\"]\n";
    write(folder.path(), "components.toml", &format!("{COMPONENTS}{other}"));
    let text = told(&run(folder.path(), &["declare", "--update"]), 3);
    assert!(text.contains("third_party/zlib/deep/.b belongs to two components"), "{text}");
    let apart = COMPONENTS.replace("zlib/**\"", "zlib/**\", \"!third_party/zlib/deep/**\"");
    write(folder.path(), "components.toml", &format!("{apart}{other}"));
    told(&run(folder.path(), &["declare", "--update"]), 0);
}

#[cfg(unix)]
#[test]
fn links_are_recorded_by_their_text_and_never_followed() {
    let folder = project();
    let root = folder.path();
    write(root, "outside/secret", "1");
    std::os::unix::fs::symlink("../../outside", root.join("third_party/zlib/out")).expect("link");
    told(&run(root, &["declare", "--update"]), 0);
    write(root, "outside/secret", "2");
    told(&run(root, &["declare"]), 0);
    fs::remove_file(root.join("third_party/zlib/out")).expect("removed");
    std::os::unix::fs::symlink("../../elsewhere", root.join("third_party/zlib/out")).expect("link");
    assert!(told(&run(root, &["declare"]), 3).contains("third_party/zlib/out changed"));
}

#[test]
fn a_folder_in_place_of_files_gets_a_hint_and_an_unsigned_tag_hides_nothing() {
    let folder = project();
    let root = folder.path();
    write(root, "components.toml", &COMPONENTS.replace("zlib/**", "zlib"));
    let told_folder = told(&run(root, &["declare", "--update"]), 3);
    assert!(told_folder.contains("name the folder third_party/zlib"), "{told_folder}");
    assert!(told_folder.contains("third_party/zlib/**"), "{told_folder}");
    write(root, "components.toml", COMPONENTS);
    let covers_b = |tag: &str| {
        write(root, "third_party/zlib/deep/CACHEDIR.TAG", tag);
        told(&run(root, &["declare", "--update"]), 0);
        fs::read_to_string(root.join("components.lock")).expect("record").contains("deep/.b\n")
    };
    assert!(covers_b("") && covers_b("Signature: other"));
    assert!(!covers_b("Signature: 8a477f597d28d172789f06886806bc55\n"));
}

#[test]
fn what_is_wrong_in_the_two_files_is_exit_2_with_its_place() {
    let folder = project();
    write(folder.path(), "components.toml", &COMPONENTS.replace("\"library\"", "\"lib\""));
    assert!(told(&run(folder.path(), &[]), 2).contains("components.toml:5:8: component[1].kind"));
    write(folder.path(), "components.toml", &COMPONENTS.replace("depends-on = []", "depends-on = [\"x\"]"));
    told(&run(folder.path(), &["declare", "--update"]), 0);
    assert!(told(&run(folder.path(), &[]), 2).contains("depends-on names \"x\""));
}

#[test]
fn answers_go_out_to_a_sheet_and_come_back_into_the_sbom() {
    let folder = project();
    let root = folder.path();
    told(&run(root, &["declare", "--update"]), 0);
    told(&run(root, &["support", "export", "--separator", "semicolon", "--output", "s.csv"]), 0);
    assert!(told(&run(root, &["support", "import", "s.csv", "--output", "none/s.toml"]), 0).contains("1 rule;"));
    let sheet = "purl;level;end-unknown-because;reviewed-by;reviewed-on\npkg:generic/zlib;actively maintained;no date;QA;2026-01-02\n\
        pkg:npm/none;abandoned;no date;QA;2026-01-02\n";
    write(root, "s.csv", sheet);
    told(&run(root, &["support", "import", "s.csv", "--output", "support.toml"]), 0);
    assert!(told(&run(root, &["support", "import", "s.csv", "--output", "support.toml"]), 3).contains("already there"));
    let done = run(root, &["--property-profile", "cdx-fda-draft"]);
    let text = told(&done, 0);
    assert!(text.contains("recorded for 1 components, not for 0"), "{text}");
    assert!(text.contains("no component matches pkg:npm/none"), "{text}");
    let document = Document::parse(&done.stdout).expect("document");
    assert_eq!(document.components[0].property("batchseal:level-of-support"), Some("actively maintained"));
    assert_eq!(document.components[0].property("cdx:fda:level-of-support"), Some("actively maintained"));
    write(root, "s.csv", &sheet.replace("abandoned", "dead"));
    assert!(told(&run(root, &["support", "import", "s.csv"]), 2).contains("s.csv:3:2: level: got \"dead\""));
}

#[test]
fn the_example_device_has_an_answer_for_every_component() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/infusion-pump");
    let done = run(&example, &["--target", "x86_64-unknown-linux-gnu", "--output", "-"]);
    let text = told(&done, 0);
    assert!(text.contains("not for 0") && !text.contains("warning"), "{text}");
    let document = Document::parse(&done.stdout).expect("document");
    assert!(document.components.iter().any(|one| one.name == "pumpctl-drug-library"));
    assert!(document.components.iter().all(|one| one.property("batchseal:support-reviewed-by").is_some()));
    assert!(document.metadata.properties.iter().all(|one| one.name != "batchseal:conflict"));
}
