//! SSH agents: the real one, and hostile ones.

use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use batchseal::adapters::person_key::{KeySelector, Passphrase, PersonKey};
use batchseal::adapters::person_key_error::PersonKeyError;
use batchseal::adapters::ssh_agent::{AgentError, Patience, SshAgent};
use batchseal::model::approval::{Authentication, SSHSIG_NAMESPACE};
use tempfile::{TempDir, tempdir};

use crate::person::{KINDS, MESSAGE, openssh_accepts, ssh_key};
use crate::tools::{Script, has};

/// A real agent in the foreground, ended with the test.
struct RealAgent {
    process: Child,
    socket: PathBuf,
}

impl RealAgent {
    fn start(folder: &Path) -> Self {
        let socket = folder.join("agent");
        let process = Command::new("ssh-agent")
            .args(["-D", "-a"])
            .arg(&socket)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let started = Instant::now();
        while !socket.exists() && started.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { process, socket }
    }

    fn add(&self, key: &Path) {
        let added = Command::new("ssh-add").arg(key).env("SSH_AUTH_SOCK", &self.socket).output().unwrap();
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    }

    fn client(&self) -> SshAgent {
        SshAgent::at(self.socket.clone(), Patience::default())
    }
}

impl Drop for RealAgent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_real_agent_signs_and_openssh_accepts() {
    if !has("ssh-agent") || !has("ssh-keygen") {
        return;
    }
    let home = tempdir().unwrap();
    let agent = RealAgent::start(home.path());
    let folders: Vec<TempDir> = KINDS.iter().map(|kind| ssh_key(kind, "")).collect();
    for folder in &folders {
        agent.add(&folder.path().join("id"));
    }
    for folder in &folders {
        let public = KeySelector::AgentPublic(folder.path().join("id.pub"));
        let key = PersonKey::from_agent(agent.client(), &public).unwrap();
        let mut nobody = Script::default();
        let mut passphrase = Passphrase::Typed(&mut nobody);
        assert_eq!(key.authentication(&passphrase), Authentication::Agent);
        let armour = key.sign(MESSAGE, &mut passphrase).unwrap();
        assert!(openssh_accepts(folder.path(), SSHSIG_NAMESPACE, MESSAGE, &armour));
        assert!(!openssh_accepts(folder.path(), SSHSIG_NAMESPACE, b"another message", &armour));
        let fingerprint = KeySelector::AgentFingerprint(key.fingerprint());
        assert_eq!(PersonKey::from_agent(agent.client(), &fingerprint).unwrap().public_key(), key.public_key());
    }
    // All three carry the comment "example"; none carries the other.
    for (comment, expected) in [("example", 3), ("nobody", 0)] {
        let selector = KeySelector::AgentComment(comment.to_owned());
        match PersonKey::from_agent(agent.client(), &selector) {
            Err(PersonKeyError::Selection { count, .. }) => assert_eq!(count, expected),
            other => panic!("{:?}", other.map(|key| key.fingerprint())),
        }
    }
}

#[test]
fn a_key_that_the_agent_lacks_or_may_not_use_is_refused_by_name() {
    if !has("ssh-agent") || !has("ssh-keygen") {
        return;
    }
    let home = tempdir().unwrap();
    let agent = RealAgent::start(home.path());
    let (ed25519, rsa) = (ssh_key(KINDS[0], ""), ssh_key(&["-t", "rsa", "-b", "2048"], ""));
    agent.add(&rsa.path().join("id"));
    let absent = PersonKey::from_agent(agent.client(), &KeySelector::AgentPublic(ed25519.path().join("id.pub")));
    assert!(matches!(absent, Err(PersonKeyError::Selection { count: 0, .. })));
    let refused = PersonKey::from_agent(agent.client(), &KeySelector::AgentPublic(rsa.path().join("id.pub")));
    assert!(refused.err().unwrap().to_string().contains("ssh-rsa"));
    let malformed = PersonKey::from_agent(agent.client(), &KeySelector::AgentFingerprint("SHA256:short".to_owned()));
    assert!(matches!(malformed, Err(PersonKeyError::Fingerprint(_))));
}

/// What a fake agent does with each connection, in order.
enum Act {
    /// Answers with these bytes, as they are.
    Say(Vec<u8>),
    /// Reads the request and keeps silent.
    Hang,
    /// Sends one byte every so often, for ever.
    Drip,
}

fn fake(acts: Vec<Act>) -> (TempDir, SshAgent) {
    let folder = tempdir().unwrap();
    let socket = folder.path().join("agent");
    let listener = UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        for act in acts {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut head = [0; 4];
            stream.read_exact(&mut head).unwrap();
            let mut request = vec![0; u32::from_be_bytes(head) as usize];
            stream.read_exact(&mut request).unwrap();
            match act {
                Act::Say(bytes) => drop(stream.write_all(&bytes)),
                Act::Hang => std::thread::sleep(Duration::from_secs(30)),
                Act::Drip => {
                    let _ = stream.write_all(&1000_u32.to_be_bytes());
                    while stream.write_all(&[12]).is_ok() {
                        std::thread::sleep(Duration::from_millis(20));
                    }
                }
            }
        }
    });
    let patience = Patience { list: Duration::from_millis(400), sign: Duration::from_millis(400) };
    let agent = SshAgent::at(socket, patience);
    (folder, agent)
}

fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

fn identities(blob: &[u8]) -> Vec<u8> {
    string(&[&[12, 0, 0, 0, 1][..], &string(blob), &string(b"fake")].concat())
}

fn signature(algorithm: &[u8], bytes: &[u8]) -> Vec<u8> {
    string(&[&[14][..], &string(&[string(algorithm), string(bytes)].concat())].concat())
}

fn listing(act: Act) -> AgentError {
    let (_folder, agent) = fake(vec![act]);
    agent.identities().unwrap_err()
}

#[test]
fn malformed_lists_are_refused() {
    assert!(matches!(listing(Act::Say(Vec::new())), AgentError::Truncated));
    assert!(matches!(listing(Act::Say(vec![0, 0])), AgentError::Truncated));
    assert!(matches!(listing(Act::Say(vec![0, 0, 0, 9, 12, 0])), AgentError::Truncated));
    assert!(matches!(listing(Act::Say(string(&[]))), AgentError::Malformed(_)));
    assert!(matches!(listing(Act::Say(string(&[5]))), AgentError::Refused));
    assert!(matches!(listing(Act::Say(string(&[14, 0, 0, 0, 0]))), AgentError::Malformed(_)));
    // A count far beyond the message, a string longer than the message, and trailing bytes.
    assert!(matches!(listing(Act::Say(string(&[12, 255, 255, 255, 255]))), AgentError::Malformed(_)));
    assert!(matches!(listing(Act::Say(string(&[12, 0, 0, 0, 1, 255, 255, 255, 255, 1]))), AgentError::Malformed(_)));
    assert!(matches!(listing(Act::Say(string(&[12, 0, 0, 0, 0, 7]))), AgentError::Malformed(_)));
}

#[test]
fn an_oversized_answer_is_refused_before_it_is_read() {
    let error = listing(Act::Say(vec![255, 255, 255, 255, 12]));
    assert!(matches!(error, AgentError::TooLarge { got } if got == u32::MAX as usize), "{error}");
}

#[test]
fn a_silent_or_dripping_agent_ends_at_the_deadline() {
    for act in [Act::Hang, Act::Drip] {
        let started = Instant::now();
        let error = listing(act);
        assert!(matches!(error, AgentError::Timeout { .. }), "{error}");
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    }
}

#[test]
fn an_agent_that_nobody_runs_is_an_error() {
    let folder = tempdir().unwrap();
    let agent = SshAgent::at(folder.path().join("nobody"), Patience::default());
    assert!(matches!(agent.identities(), Err(AgentError::Connection { .. })));
}

/// The public blob of a key whose private half nobody has at hand.
fn blob() -> Vec<u8> {
    let key = ed25519_dalek::SigningKey::from_bytes(&[9; 32]).verifying_key();
    let data = ssh_key::public::KeyData::Ed25519(ssh_key::public::Ed25519PublicKey(key.to_bytes()));
    ssh_key::PublicKey::new(data, "fake").to_bytes().unwrap()
}

fn signing(answer: Act) -> PersonKeyError {
    let (_folder, agent) = fake(vec![Act::Say(identities(&blob())), answer]);
    let key = PersonKey::from_agent(agent, &KeySelector::AgentComment("fake".to_owned())).unwrap();
    key.sign(MESSAGE, &mut Passphrase::Typed(&mut Script::default())).unwrap_err()
}

#[test]
fn a_wrong_signature_is_never_handed_on() {
    let wrong = signing(Act::Say(signature(b"ssh-ed25519", &[1; 64])));
    assert!(matches!(wrong, PersonKeyError::WrongSignature(_)), "{wrong}");
    let other = signing(Act::Say(signature(b"ssh-rsa", &[1; 64])));
    assert!(matches!(other, PersonKeyError::WrongSignature(_) | PersonKeyError::Agent(_)), "{other}");
    let short = signing(Act::Say(signature(b"ssh-ed25519", &[1; 63])));
    assert!(matches!(short, PersonKeyError::Agent(AgentError::Malformed(_))), "{short}");
    let refused = signing(Act::Say(string(&[5])));
    assert!(matches!(refused, PersonKeyError::Agent(AgentError::Refused)), "{refused}");
    let silent = signing(Act::Hang);
    assert!(matches!(silent, PersonKeyError::Agent(AgentError::Timeout { .. })), "{silent}");
}

#[test]
fn a_right_signature_of_a_small_agent_is_accepted() {
    use ed25519_dalek::Signer as _;
    let data = ssh_key::SshSig::signed_data(SSHSIG_NAMESPACE, ssh_key::HashAlg::Sha512, MESSAGE).unwrap();
    let signed = ed25519_dalek::SigningKey::from_bytes(&[9; 32]).sign(&data).to_bytes();
    let (_folder, agent) = fake(vec![Act::Say(identities(&blob())), Act::Say(signature(b"ssh-ed25519", &signed))]);
    let key = PersonKey::from_agent(agent, &KeySelector::AgentComment("fake".to_owned())).unwrap();
    assert!(key.sign(MESSAGE, &mut Passphrase::Typed(&mut Script::default())).is_ok());
}

#[test]
fn security_keys_are_refused_by_name() {
    let mut sk = string(b"sk-ssh-ed25519@openssh.com");
    sk.extend(string(&[7; 32]));
    sk.extend(string(b"ssh:"));
    let (_folder, agent) = fake(vec![Act::Say(identities(&sk))]);
    let refused = PersonKey::from_agent(agent, &KeySelector::AgentComment("fake".to_owned())).err().unwrap();
    assert!(matches!(&refused, PersonKeyError::Algorithm { got } if got.starts_with("sk-")), "{refused}");
    let (_folder, agent) = fake(vec![Act::Say(identities(b"not a key"))]);
    let garbage = PersonKey::from_agent(agent, &KeySelector::AgentComment("fake".to_owned())).err().unwrap();
    assert!(matches!(garbage, PersonKeyError::Agent(AgentError::Malformed(_))), "{garbage}");
}
