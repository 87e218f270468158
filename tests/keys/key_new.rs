//! `batchseal key new`.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use batchseal::adapters::pipeline_key::PipelineKey;
use batchseal::adapters::terminal::Terminal;
use batchseal::attestation::sign::Signer;
use batchseal::commands::failure::Failure;
use batchseal::commands::key::{Algorithm, NewArgs, run_new};
use batchseal::exit::ExitStatus;
use batchseal::model::key::PublicKey;
use tempfile::tempdir;

use crate::tools::Script;

const QUIET: Terminal = Terminal { quiet: true, colour: false, progress: false };

fn batchseal(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_batchseal"))
        .args(arguments)
        .current_dir(folder)
        .env("NEW_KEY_PASSPHRASE", "tell nobody")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn asking(prefix: &Path, script: &mut Script) -> Result<ExitStatus, Failure> {
    let args = NewArgs {
        output: prefix.to_path_buf(),
        algorithm: Algorithm::Ed25519,
        passphrase_env: None,
        no_passphrase: false,
    };
    run_new(&args, QUIET, script)
}

#[test]
fn writes_a_private_key_for_the_owner_only_and_the_public_key_beside_it() {
    for algorithm in ["p256", "p384", "ed25519"] {
        let folder = tempdir().unwrap();
        let line = ["key", "new", "--output", "release", "--no-passphrase", "--algorithm", algorithm];
        let output = batchseal(folder.path(), &line);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let key = PipelineKey::from_pem(&std::fs::read(folder.path().join("release.key")).unwrap(), None).unwrap();
        let public = std::fs::read_to_string(folder.path().join("release.pub")).unwrap();
        assert_eq!(PublicKey::parse_pem(&public).unwrap(), *key.public_key());
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains(&key.public_key().sha256().to_string()), "{said}");
        assert!(said.contains("[[signer]]") && said.contains("key-file = \"release.pub\""), "{said}");
        assert!(!said.contains("concession"), "{said}");
        assert_mode(&folder.path().join("release.key"), 0o600);
        assert_mode(&folder.path().join("release.pub"), 0o644);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file stays");
    }
}

#[cfg(unix)]
fn assert_mode(path: &Path, expected: u32) {
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, expected, "{}", path.display());
}

#[cfg(not(unix))]
fn assert_mode(_: &Path, _: u32) {}

#[test]
fn encrypts_with_the_passphrase_of_the_environment_and_never_shows_it() {
    let folder = tempdir().unwrap();
    let line = ["key", "new", "--output", "release", "--passphrase-env", "NEW_KEY_PASSPHRASE"];
    let output = batchseal(folder.path(), &line);
    assert_eq!(output.status.code(), Some(0));
    let pem = std::fs::read(folder.path().join("release.key")).unwrap();
    assert!(PipelineKey::from_pem(&pem, Some("tell nobody")).is_ok());
    assert!(PipelineKey::from_pem(&pem, Some("tell somebody")).is_err());
    assert!(!String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).contains("tell nobody"));
}

#[test]
fn never_overwrites_either_file() {
    for taken in ["release.key", "release.pub"] {
        let folder = tempdir().unwrap();
        std::fs::write(folder.path().join(taken), "precious").unwrap();
        let output = batchseal(folder.path(), &["key", "new", "--output", "release", "--no-passphrase"]);
        assert_eq!(output.status.code(), Some(3), "{taken}");
        assert_eq!(std::fs::read_to_string(folder.path().join(taken)).unwrap(), "precious");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "{taken}: nothing else was written");
    }
}

#[test]
fn asks_for_a_decision_about_the_passphrase_when_there_is_no_terminal() {
    let folder = tempdir().unwrap();
    let output = batchseal(folder.path(), &["key", "new", "--output", "release"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--no-passphrase"));
    let unset = ["key", "new", "--output", "release", "--passphrase-env", "NO_SUCH_VARIABLE_HERE"];
    assert_eq!(batchseal(folder.path(), &unset).status.code(), Some(2));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn asks_twice_on_a_terminal_and_refuses_different_or_empty_passphrases() {
    let folder = tempdir().unwrap();
    let mut same = Script::typing(&["open sesame", "open sesame"]);
    assert_eq!(asking(&folder.path().join("good"), &mut same).unwrap(), ExitStatus::Done);
    assert_eq!(same.asked, 2);
    let pem = std::fs::read(folder.path().join("good.key")).unwrap();
    assert!(PipelineKey::from_pem(&pem, Some("open sesame")).is_ok());

    for typed in [&["open sesame", "open sesam"][..], &["", ""]] {
        let failure = asking(&folder.path().join("bad"), &mut Script::typing(typed)).unwrap_err();
        assert_eq!(failure.status(), ExitStatus::Usage);
        assert!(!failure.lines().join("\n").contains("sesam"));
        assert!(!folder.path().join("bad.key").exists());
    }
}
