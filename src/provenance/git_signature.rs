//! Signatures of tags and commits: found and cut out of the raw object exactly as git does it.
//!
//! Formats: `gitformat-signature(5)`. A tag carries its signature at its end, a commit in a header. Nothing is
//! verified here; `attestation::git_signature` does that.

use crate::model::digest::GitId;

/// First line of every armour that git knows, each with its form.
const ARMOURS: [(&[u8], SignatureKind); 4] = [
    (b"-----BEGIN SSH SIGNATURE-----", SignatureKind::Ssh),
    (b"-----BEGIN PGP SIGNATURE-----", SignatureKind::OpenPgp),
    (b"-----BEGIN PGP MESSAGE-----", SignatureKind::OpenPgp),
    (b"-----BEGIN SIGNED MESSAGE-----", SignatureKind::X509),
];

/// Headers that hold a signature, in repositories of SHA-1 and of SHA-256.
const HEADERS: [&[u8]; 2] = [b"gpgsig", b"gpgsig-sha256"];

/// Form of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureKind {
    /// SSHSIG.
    Ssh,
    /// OpenPGP.
    OpenPgp,
    /// CMS with X.509, as `gitsign` and `smimesign` write it.
    X509,
    /// A signature header whose content is none of these.
    Unknown,
}

impl SignatureKind {
    /// How people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ssh => "SSH",
            Self::OpenPgp => "OpenPGP",
            Self::X509 => "X.509 (gitsign, smimesign)",
            Self::Unknown => "a form that git does not know",
        }
    }

    fn of(armour: &[u8]) -> Option<Self> {
        ARMOURS.iter().find(|(begin, _)| armour.starts_with(begin)).map(|(_, kind)| *kind)
    }
}

/// A signature that an object carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedSignature {
    /// Its form, by its first line.
    pub kind: SignatureKind,
    /// The bytes it should cover.
    pub payload: Vec<u8>,
    /// The armour and whatever follows it.
    pub armour: Vec<u8>,
}

/// The signature of a tag object: everything from the last line that begins an armour on.
///
/// The payload is what stands before, without signature headers (they cover the same tag under its other id).
#[must_use]
pub fn tag_signature(content: &[u8]) -> Option<CarriedSignature> {
    let mut found = None;
    let mut start = 0;
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        if let Some(kind) = SignatureKind::of(line) {
            found = Some((start, kind));
        }
        start += line.len();
    }
    let (start, kind) = found?;
    let (before, armour) = content.split_at_checked(start)?;
    let payload = cut(before, |name| HEADERS.contains(&name), |_| false).0;
    Some(CarriedSignature { kind, payload, armour: armour.to_vec() })
}

/// The signature of a commit object whose ids are of the algorithm of `like`: its header `gpgsig`, in a repository
/// of SHA-256 `gpgsig-sha256`; headers of the same name are joined.
///
/// The payload is the commit without any header whose name begins with `gpgsig`.
#[must_use]
pub fn commit_signature(content: &[u8], like: &GitId) -> Option<CarriedSignature> {
    let [sha1, sha256] = HEADERS;
    let own = if like.as_str().len() == 64 { sha256 } else { sha1 };
    let (payload, armour) = cut(content, |name| name.starts_with(sha1), |name| name == own);
    let kind = SignatureKind::of(&armour).unwrap_or(SignatureKind::Unknown);
    (!armour.is_empty()).then_some(CarriedSignature { kind, payload, armour })
}

/// Takes out the headers whose name `is_cut` names, with their continuation lines; gives what is left, and the
/// values of those that `is_kept` names.
fn cut(content: &[u8], is_cut: impl Fn(&[u8]) -> bool, is_kept: impl Fn(&[u8]) -> bool) -> (Vec<u8>, Vec<u8>) {
    let (mut left, mut kept) = (Vec::with_capacity(content.len()), Vec::new());
    let (mut cutting, mut keeping) = (false, false);
    let mut rest = content;
    while let Some(first) = rest.first().filter(|byte| **byte != b'\n') {
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let (line, after) = rest.split_at(end);
        rest = after;
        let mut value = line.get(1..).unwrap_or_default();
        if *first != b' ' {
            let name_length = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
            let (name, tail) = line.split_at(name_length);
            cutting = is_cut(name);
            keeping = cutting && is_kept(name);
            value = tail.get(1..).unwrap_or_default();
        }
        if keeping {
            kept.extend_from_slice(value);
        }
        if !cutting {
            left.extend_from_slice(line);
        }
    }
    left.extend_from_slice(rest);
    (left, kept)
}
