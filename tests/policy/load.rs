//! The two files on disk.

use std::error::Error;
use std::fs;

use batchseal::adapters::config::{self, ConfigError};
use batchseal::model::hint::Hint;

use crate::fixtures::{POLICY, altered, pem, trust};

#[test]
fn loads_both_files_and_the_key_beside_the_trust_file() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("batchseal.toml"), POLICY)?;
    fs::write(folder.path().join("trust.toml"), trust())?;
    fs::write(folder.path().join("pipeline.pub"), pem(1))?;
    let (policy, bytes) = config::load_policy(&folder.path().join("batchseal.toml"))?;
    assert_eq!((policy.device.name.as_str(), bytes), ("infusion-pump-controller", POLICY.as_bytes().to_vec()));
    let trust = config::load_trust(&folder.path().join("trust.toml"))?;
    assert_eq!(trust.signers[0].identity.key().expect("key").to_pem(), pem(1));
    Ok(())
}

#[test]
fn a_missing_file_says_how_to_name_one() {
    let folder = tempfile::tempdir().unwrap();
    let error = config::load_trust(&folder.path().join("trust.toml")).unwrap_err();
    assert!(matches!(error, ConfigError::TrustMissing { .. }), "{error}");
    assert!(error.hint().unwrap().contains("--trust FILE"));
    assert!(ConfigError::TrustNotNamed.hint().unwrap().contains("--trust FILE"));
    let error = config::load_policy(&folder.path().join("batchseal.toml")).unwrap_err();
    assert!(matches!(error, ConfigError::PolicyMissing { .. }), "{error}");
    assert!(error.hint().unwrap().contains("batchseal init"));
}

#[test]
fn a_missing_or_large_key_file_is_a_problem_of_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trust.toml");
    fs::write(&path, trust()).unwrap();
    let missing = config::load_trust(&path).unwrap_err().to_string();
    assert!(missing.contains("trust.toml:12:12: signer[1].key-file: got a file that cannot be read"), "{missing}");
    fs::write(folder.path().join("pipeline.pub"), "x".repeat((1 << 20) + 1)).unwrap();
    let large = config::load_trust(&path).unwrap_err().to_string();
    assert!(large.contains("is larger than 1048576 bytes"), "{large}");
}

#[test]
fn rejects_folders_large_files_and_bad_content() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(config::load_policy(folder.path()), Err(ConfigError::File(_))));
    let path = folder.path().join("batchseal.toml");
    fs::write(&path, "#".repeat(batchseal::policy::MAX_FILE + 1)).unwrap();
    assert!(matches!(config::load_policy(&path), Err(ConfigError::File(_))));
    fs::write(&path, altered(POLICY, "schema = 1", "schema = 7")).unwrap();
    let error = config::load_policy(&path).unwrap_err();
    assert!(matches!(&error, ConfigError::Content(errors) if errors.problems.len() == 1), "{error}");
    assert!(error.hint().unwrap().contains("docs/reference/batchseal-toml.md"));
}
