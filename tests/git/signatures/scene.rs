//! A repository, keys of people, a roster that names Alice, and git with the same roster.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use batchseal::attestation::git_signature::{GitSignatureError, GitSigner, verify};
use batchseal::model::digest::GitId;
use batchseal::model::key::PublicKey;
use batchseal::policy::trust::Trust;
use batchseal::provenance::git_object::{parse_commit, parse_tag};
use batchseal::provenance::git_signature::{SignatureKind, commit_signature, tag_signature};

use crate::workbench::Bench;

/// Keys in the roster, all of Alice; then others.
const KEYS: [(&str, &[&str]); 6] = [
    ("alice", &["-t", "ed25519"]),
    ("alice-p256", &["-t", "ecdsa", "-b", "256"]),
    ("alice-p384", &["-t", "ecdsa", "-b", "384"]),
    ("mallory", &["-t", "ed25519"]),
    ("rsa", &["-t", "rsa", "-b", "2048"]),
    ("p521", &["-t", "ecdsa", "-b", "521"]),
];

/// What the product says of one object.
#[derive(Debug)]
pub(crate) enum Judged {
    /// No object that the gate would look into.
    Malformed,
    Unsigned,
    OtherKind(SignatureKind),
    Refused(GitSignatureError),
    Signer(GitSigner),
}

impl Judged {
    pub(crate) fn person(&self) -> Option<&str> {
        match self {
            Self::Signer(GitSigner::Person { name }) => Some(name),
            _ => None,
        }
    }

    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Signer(GitSigner::Unknown { pipeline: None, .. }))
    }

    pub(crate) fn unsupported(&self) -> Option<&str> {
        match self {
            Self::Signer(GitSigner::Unsupported { key_type }) => Some(key_type),
            _ => None,
        }
    }
}

pub(crate) struct Scene {
    bench: Bench,
    like: GitId,
    trust: Trust,
}

impl Scene {
    /// `None`, said aloud, without `git` or `ssh-keygen`.
    pub(crate) fn new(format: &str) -> Option<Self> {
        let bench = Bench::with_format(format)?;
        bench.fill();
        for (name, kind) in KEYS {
            let made = Command::new("ssh-keygen")
                .args(["-q", "-N", "", "-C", "", "-f"])
                .arg(bench.beside(name))
                .args(kind)
                .status();
            if !made.is_ok_and(|status| status.success()) {
                println!("skipped: ssh-keygen cannot be started");
                return None;
            }
        }
        let public = |name: &str| {
            let line = std::fs::read_to_string(bench.beside(&format!("{name}.pub"))).expect("public key");
            line.trim().to_owned()
        };
        let alice = ["alice", "alice-p256", "alice-p384"].map(public);
        let allowed: String =
            alice.iter().map(|key| format!("alice@example.invalid namespaces=\"git\" {key}\n")).collect();
        std::fs::write(bench.beside("allowed_signers"), allowed).expect("allowed signers");
        let like = GitId::parse(&bench.line(&["rev-parse", "HEAD"])).expect("id");
        Some(Self { bench, like, trust: trust(&alice) })
    }

    fn key(&self, name: &str) -> PathBuf {
        self.bench.beside(name)
    }

    /// The raw tag object that git makes, signed by one of the keys.
    pub(crate) fn tag(&self, key: &str, name: &str) -> Vec<u8> {
        let signer = format!("user.signingKey={}", self.key(key).display());
        let message = format!("release {name}");
        self.bench.git(&["-c", "gpg.format=ssh", "-c", &signer, "tag", "-s", "-m", &message, name]);
        self.bench.git(&["cat-file", "tag", name])
    }

    /// The raw commit object that git makes, signed by one of the keys.
    pub(crate) fn commit(&self, key: &str, message: &str) -> Vec<u8> {
        let signer = format!("user.signingKey={}", self.key(key).display());
        let format = ["-c", "gpg.format=ssh", "-c", &signer];
        self.bench.git(&[&format[..], &["commit", "--quiet", "--allow-empty", "-S", "-m", message]].concat());
        self.bench.git(&["cat-file", "commit", "HEAD"])
    }

    pub(crate) fn sign(&self, key: &str, namespace: &str, payload: &[u8]) -> Vec<u8> {
        self.sign_with(key, namespace, "sha512", payload)
    }

    /// The armour that `ssh-keygen -Y sign` makes.
    pub(crate) fn sign_with(&self, key: &str, namespace: &str, hash: &str, payload: &[u8]) -> Vec<u8> {
        let file = self.bench.beside("payload");
        let armour = self.bench.beside("payload.sig");
        let _ = std::fs::remove_file(&armour);
        std::fs::write(&file, payload).expect("payload");
        let output = Command::new("ssh-keygen")
            .args(["-Y", "sign", "-n", namespace, "-O", &format!("hashalg={hash}"), "-f"])
            .arg(self.key(key))
            .arg(&file)
            .stdin(Stdio::null())
            .output()
            .expect("ssh-keygen");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read(armour).expect("armour")
    }

    pub(crate) fn judge(&self, kind: &str, object: &[u8]) -> Judged {
        let (well_formed, carried) = match kind {
            "tag" => (parse_tag(object).is_ok(), tag_signature(object)),
            _ => (parse_commit(object).is_ok(), commit_signature(object, &self.like)),
        };
        if !well_formed {
            return Judged::Malformed;
        }
        let Some(carried) = carried else { return Judged::Unsigned };
        if carried.kind != SignatureKind::Ssh {
            return Judged::OtherKind(carried.kind);
        }
        match verify(&carried.payload, &carried.armour, &self.trust, &["2026-11-23".to_owned()]) {
            Ok(signer) => Judged::Signer(signer),
            Err(error) => Judged::Refused(error),
        }
    }

    /// Whether `git verify-tag` or `git verify-commit` calls these bytes good, with Alice as the one allowed signer.
    pub(crate) fn git_accepts(&self, kind: &str, object: &[u8]) -> bool {
        let file = self.bench.beside("object");
        std::fs::write(&file, object).expect("object");
        let path = file.to_str().expect("path");
        let id = self.bench.line(&["hash-object", "-t", kind, "-w", "--literally", path]);
        let allowed = format!("gpg.ssh.allowedSignersFile={}", self.bench.beside("allowed_signers").display());
        let verb = format!("verify-{kind}");
        crate::workbench::try_git(&self.bench.root, &["-c", &allowed, &verb, &id]).status.success()
    }
}

/// A tag's bytes before its armour, and the armour.
pub(crate) fn halves(tag: &[u8]) -> (&[u8], &[u8]) {
    let begin = b"-----BEGIN SSH SIGNATURE-----";
    let at = tag.windows(begin.len()).position(|window| window == begin).expect("armour");
    tag.split_at(at)
}

/// The whole `gpgsig` header of a commit, with its line ends.
pub(crate) fn signature_header(commit: &[u8]) -> String {
    let text = std::str::from_utf8(commit).expect("UTF-8");
    let start = text.find("gpgsig ").expect("header");
    let end = text.find("-----END SSH SIGNATURE-----\n").expect("end") + "-----END SSH SIGNATURE-----\n".len();
    text[start..end].to_owned()
}

fn trust(alice: &[String; 3]) -> Trust {
    let signer = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("fixed bytes are a key");
    let keys: Vec<String> = alice.iter().map(|key| format!("\"{key}\"")).collect();
    let text = format!(
        "schema = 1\n[[device]]\nname = \"pump\"\nfacts = {{ safety-class = \"C\", finished = true, cyber-device = true, \
         life-supporting = true, implantable = false }}\npolicies = [\"sha256:{}\"]\n[[signer]]\nname = \"pipeline\"\n\
         may-sign = [\"record\"]\nkey = \"\"\"\n{}\"\"\"\n[[person]]\nname = \"Alice (example)\"\nroles = [\"authoriser\"]\n\
         ssh-keys = [{}]\n",
        "0".repeat(64),
        PublicKey::P256(*signer.verifying_key()).to_pem(),
        keys.join(", ")
    );
    let no_files = |_: &str| Err("no files".to_owned());
    Trust::parse(text.as_bytes(), "trust.toml", &no_files).unwrap_or_else(|errors| panic!("{errors}"))
}
