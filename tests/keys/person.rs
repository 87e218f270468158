//! Person keys in files: SSHSIG that OpenSSH itself accepts.

use std::path::Path;

use batchseal::adapters::person_key::{KeySelector, Passphrase, PersonKey};
use batchseal::adapters::person_key_error::PersonKeyError;
use batchseal::adapters::pipeline_key_error::PipelineKeyError;
use batchseal::model::approval::{Authentication, SSHSIG_NAMESPACE};
use batchseal::model::hint::Hint;
use tempfile::{TempDir, tempdir};
use zeroize::Zeroizing;

use crate::tools::{Script, chmod, has, must};

pub(crate) const MESSAGE: &[u8] = b"{\"statement\": \"of an approval\"}\n";

pub(crate) const KINDS: [&[&str]; 3] =
    [&["-t", "ed25519"], &["-t", "ecdsa", "-b", "256"], &["-t", "ecdsa", "-b", "384"]];

/// A folder with `id`, `id.pub` and `allowed_signers`.
pub(crate) fn ssh_key(kind: &[&str], passphrase: &str) -> TempDir {
    let folder = tempdir().unwrap();
    let line = [&["ssh-keygen", "-q"], kind, &["-N", passphrase, "-C", "example", "-f", "id"]].concat();
    must(folder.path(), &line);
    let public = std::fs::read_to_string(folder.path().join("id.pub")).unwrap();
    std::fs::write(folder.path().join("allowed_signers"), format!("person {public}")).unwrap();
    folder
}

/// What `ssh-keygen -Y verify` says to a signature in this namespace.
pub(crate) fn openssh_accepts(folder: &Path, namespace: &str, message: &[u8], armour: &str) -> bool {
    std::fs::write(folder.join("message"), message).unwrap();
    std::fs::write(folder.join("message.sig"), armour).unwrap();
    let line = format!("ssh-keygen -Y verify -f allowed_signers -I person -n {namespace} -s message.sig < message");
    crate::tools::run(folder, &["sh", "-c", &line]).status.success()
}

fn open(folder: &Path) -> Result<PersonKey, PersonKeyError> {
    PersonKey::open(&KeySelector::File(folder.join("id")))
}

#[test]
fn openssh_accepts_our_signatures_and_refuses_altered_ones() {
    if !has("ssh-keygen") {
        return;
    }
    for kind in KINDS {
        let folder = ssh_key(kind, "");
        let key = open(folder.path()).unwrap();
        let mut nobody = Script::default();
        // Several messages, so that short integers of ECDSA occur as well.
        for round in 0..20_u8 {
            let message = [MESSAGE, &[round]].concat();
            let armour = key.sign(&message, &mut Passphrase::Typed(&mut nobody)).unwrap();
            assert!(openssh_accepts(folder.path(), SSHSIG_NAMESPACE, &message, &armour), "{kind:?} {round}");
            assert!(armour.starts_with("-----BEGIN SSH SIGNATURE-----\n"));
            if round == 0 {
                assert!(!openssh_accepts(folder.path(), SSHSIG_NAMESPACE, b"another message", &armour), "{kind:?}");
                assert!(!openssh_accepts(folder.path(), "git", &message, &armour), "{kind:?}");
            }
        }
        assert_eq!(key.authentication(&Passphrase::Typed(&mut nobody)), Authentication::KeyFileWithoutPassphrase);
        assert!(must(folder.path(), &["ssh-keygen", "-l", "-f", "id.pub"]).contains(&key.fingerprint()));
    }
}

#[test]
fn asks_for_the_passphrase_at_each_signing_and_says_how_it_came() {
    if !has("ssh-keygen") {
        return;
    }
    for kind in KINDS {
        let folder = ssh_key(kind, "open sesame");
        let key = open(folder.path()).unwrap();
        let mut typing = Script::typing(&["open sesame", "a typo", "open sesame"]);
        for _ in 0..2 {
            let mut passphrase = Passphrase::Typed(&mut typing);
            assert_eq!(key.authentication(&passphrase), Authentication::KeyFileWithPassphrase);
            let armour = key.sign(MESSAGE, &mut passphrase).unwrap();
            assert!(openssh_accepts(folder.path(), SSHSIG_NAMESPACE, MESSAGE, &armour), "{kind:?}");
        }
        assert_eq!(typing.asked, 3);
        let mut supplied = Passphrase::Supplied(Zeroizing::new("open sesame".to_owned()));
        assert_eq!(key.authentication(&supplied), Authentication::KeyFileWithSuppliedPassphrase);
        assert!(key.sign(MESSAGE, &mut supplied).is_ok());
    }
}

#[test]
fn a_wrong_passphrase_is_refused_and_stands_in_no_message() {
    if !has("ssh-keygen") {
        return;
    }
    let folder = ssh_key(KINDS[0], "open sesame");
    let key = open(folder.path()).unwrap();
    let mut supplied = Passphrase::Supplied(Zeroizing::new("close barley".to_owned()));
    let error = key.sign(MESSAGE, &mut supplied).unwrap_err();
    assert!(matches!(error, PersonKeyError::Passphrase), "{error}");
    assert!(!format!("{error} {error:?}").contains("barley"));
    let mut typing = Script::typing(&["one", "two", "three", "open sesame"]);
    let error = key.sign(MESSAGE, &mut Passphrase::Typed(&mut typing)).unwrap_err();
    assert!(matches!(error, PersonKeyError::Passphrase), "{error}");
    assert_eq!(typing.asked, 3, "three tries, no more");
    let nobody = key.sign(MESSAGE, &mut Passphrase::Typed(&mut Script::default())).unwrap_err();
    assert!(nobody.hint().unwrap().contains("--passphrase-fd"), "{nobody}");
}

#[test]
fn refuses_rsa_by_name_and_other_forms_with_the_way_out() {
    if !has("ssh-keygen") {
        return;
    }
    let rsa = ssh_key(&["-t", "rsa", "-b", "2048"], "");
    let error = open(rsa.path()).err().unwrap();
    assert!(error.to_string().contains("ssh-rsa"), "{error}");
    assert!(error.hint().unwrap().contains("ssh-keygen -t ed25519"));
    let pkcs8 = ssh_key(KINDS[1], "");
    must(pkcs8.path(), &["ssh-keygen", "-q", "-p", "-m", "PKCS8", "-N", "", "-f", "id"]);
    let error = open(pkcs8.path()).err().unwrap();
    assert!(error.hint().unwrap().contains("ssh-keygen -p -f"), "{error}");
    must(pkcs8.path(), &["ssh-keygen", "-q", "-p", "-N", "", "-f", "id"]);
    assert!(open(pkcs8.path()).is_ok(), "the hint works");
}

#[test]
fn refuses_a_private_key_that_others_can_read() {
    if !has("ssh-keygen") || !cfg!(unix) {
        return;
    }
    let folder = ssh_key(KINDS[0], "");
    assert!(open(folder.path()).is_ok());
    chmod(&folder.path().join("id"), 0o644);
    let error = open(folder.path()).err().unwrap();
    assert!(matches!(error, PersonKeyError::Source(PipelineKeyError::Mode { .. })), "{error}");
}

#[test]
fn reads_the_three_ways_to_name_a_key() {
    assert_eq!(KeySelector::parse("keys/id"), KeySelector::File("keys/id".into()));
    assert_eq!(KeySelector::parse("keys/id.pub"), KeySelector::AgentPublic("keys/id.pub".into()));
    assert_eq!(KeySelector::parse("SHA256:abc"), KeySelector::AgentFingerprint("SHA256:abc".to_owned()));
    assert_eq!(KeySelector::parse("agent:my key"), KeySelector::AgentComment("my key".to_owned()));
}

#[test]
#[cfg(unix)]
fn reads_one_line_from_a_descriptor_and_refuses_a_closed_or_flooded_one() {
    use batchseal::adapters::key_source::passphrase_from_descriptor;
    use std::os::fd::AsRawFd;
    let folder = tempdir().unwrap();
    let give = |text: &str| {
        let path = folder.path().join("passphrase");
        std::fs::write(&path, text).unwrap();
        let file = std::fs::File::open(&path).unwrap();
        passphrase_from_descriptor(u32::try_from(file.as_raw_fd()).unwrap())
    };
    assert_eq!(*give("open sesame\nanother line\n").unwrap(), "open sesame");
    assert!(give(&"x".repeat(1025)).is_err());
    assert!(passphrase_from_descriptor(4_000_000).is_err());
}
