//! Other people's tools read our containers; we refuse theirs.

use std::fs;
use std::path::Path;
use std::process::Command;

use batchseal::evidence::container::{Container, encode};
use batchseal::evidence::sums;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::record::EntryDigest;

use crate::craft::{broken, entry, zip};
use crate::{refusal, sample, time};

/// Output of a tool, or `None` where it is not installed.
fn run(folder: &Path, tool: &str, arguments: &[&str]) -> Option<String> {
    let output = match Command::new(tool).args(arguments).current_dir(folder).output() {
        Ok(output) => output,
        Err(error) => {
            println!("skipped: {tool} cannot be run ({error})");
            return None;
        }
    };
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{tool} {arguments:?}: {text}");
    Some(text)
}

fn folder_with_container() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("c.zip"), encode(&sample(), time()).unwrap()).unwrap();
    folder
}

#[test]
fn unzip_tests_and_unpacks_it() {
    let folder = folder_with_container();
    if let Some(text) = run(folder.path(), "unzip", &["-t", "c.zip"]) {
        assert!(text.contains("No errors detected"), "{text}");
        run(folder.path(), "unzip", &["-q", "c.zip", "-d", "out"]).unwrap();
        for (name, content) in sample() {
            assert_eq!(fs::read(folder.path().join("out").join(name.as_str())).unwrap(), content);
        }
    }
}

#[test]
fn zipinfo_sees_plain_stored_entries() {
    let folder = folder_with_container();
    let Some(text) = run(folder.path(), "zipinfo", &["-v", "c.zip"]) else { return };
    assert_eq!(text.matches("none (stored)").count(), sample().len(), "{text}");
    assert_eq!(text.matches("(100644 octal)").count(), sample().len(), "{text}");
    assert_eq!(text.matches("2026 Nov 23 14:05:00").count(), sample().len(), "{text}");
    assert!(!text.to_lowercase().contains("warning"), "{text}");
    assert!(text.contains("There is no zipfile comment"), "{text}");
}

#[test]
fn python_reads_it() {
    let folder = folder_with_container();
    let script = "import zipfile; z = zipfile.ZipFile('c.zip'); print(z.testzip(), len(z.infolist()), \
                  {i.compress_type for i in z.infolist()}, z.infolist()[0].date_time)";
    if let Some(text) = run(folder.path(), "python3", &["-c", script]) {
        assert_eq!(text.trim(), format!("None {} {{0}} (2026, 11, 23, 14, 5, 0)", sample().len()));
    }
}

#[test]
fn sha256sum_checks_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let digests: Vec<EntryDigest> = sample()
        .into_iter()
        .map(|(name, content)| {
            let path = folder.path().join(name.as_str());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &content).unwrap();
            EntryDigest { name, sha256: Sha256Digest::of(&content), size: content.len() as u64 }
        })
        .collect();
    fs::write(folder.path().join(sums::SUMS_ENTRY), sums::encode(&digests)).unwrap();
    if let Some(text) = run(folder.path(), "sha256sum", &["--strict", "-c", "SHA256SUMS"]) {
        assert_eq!(text.matches(": OK").count(), digests.len(), "{text}");
    }
}

#[test]
fn rejects_the_same_files_packed_by_other_tools() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), "text that is long enough to be compressed, compressed, compressed").unwrap();
    let mut refused = Vec::new();
    for (file, arguments) in [
        ("deflated.zip", ["-q", "-X", "deflated.zip", "a"].as_slice()),
        ("stored.zip", &["-q", "-0", "-X", "stored.zip", "a"]),
        ("streamed.zip", &["-q", "-0", "-fd", "streamed.zip", "a"]),
        ("zip64.zip", &["-q", "-0", "-X", "-fz", "zip64.zip", "a"]),
    ] {
        if run(folder.path(), "zip", arguments).is_some() {
            refused.push(refusal(&fs::read(folder.path().join(file)).unwrap()));
        }
    }
    let python = "import zipfile; z = zipfile.ZipFile('python.zip', 'w'); z.write('a'); z.close()";
    if run(folder.path(), "python3", &["-c", python]).is_some() {
        refused.push(refusal(&fs::read(folder.path().join("python.zip")).unwrap()));
    }
    println!("{refused:#?}");
    if let Some(deflated) = refused.first().filter(|_| refused.len() == 5) {
        assert!(deflated.contains("compression method is not canonical (got 0x8, expected 0x0)"), "{deflated}");
        assert!(refused[2].contains("flags"), "{refused:?}");
    }
}

/// The script that the format's page gives to people without our tool.
fn script_of_the_page() -> String {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats/evidence-bundle.md")).unwrap();
    let (_, rest) = page.split_once("```python\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

#[test]
fn script_of_the_page_judges_as_we_do() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("check.py"), script_of_the_page()).unwrap();
    if run(folder.path(), "python3", &["--version"]).is_none() {
        return;
    }
    let good = encode(&sample(), time()).unwrap();
    let content = good.len() / 2;
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let refused = [
        flipped(4),
        flipped(10),
        flipped(content),
        flipped(good.len() - 2),
        [good.as_slice(), b"\n"].concat(),
        [b"\n", good.as_slice()].concat(),
        zip(&[entry("b", b""), entry("a", b"")]),
        zip(&[entry("A", b""), entry("a", b"")]),
        zip(&[entry("a", b""), entry("a/b", b"")]),
        zip(&[entry("a/CON.txt", b"")]),
        zip(&[entry("-rf", b"")]),
        zip(&[entry("a/../b", b"")]),
        zip(&[broken(|e| e.time = (0, 0))]),
        zip(&[]),
    ];
    let accepted = [good.clone(), zip(&[entry("Console.txt", b"x"), entry("_a.b-/c", b"y"), entry("com10", b"")])];
    for (expected, bytes) in accepted.iter().map(|b| (true, b)).chain(refused.iter().map(|b| (false, b))) {
        fs::write(folder.path().join("c.zip"), bytes).unwrap();
        let output = Command::new("python3").args(["check.py", "c.zip"]).current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(Container::parse(bytes).is_ok(), expected, "{said}");
        assert_eq!(output.status.success(), expected, "{said}");
    }
}
