//! Anchors in `trust.toml`: Sigstore instances, timestamp authorities, certificate roots, and identities
//! that refer to them.

use std::collections::BTreeSet;

use crate::model::base64;

use super::anchors::{CertificateRoot, SigstoreInstance, StampAuthority};
use super::identity::{CertificateIdentity, KeylessIdentity, SignerIdentity, Template};
use super::keys;
use super::parse_keys::{KeyOwner, signer_key};
use super::parse_trust::{KeyFiles, window};
use super::reader::{Item, Table};
use super::text_rules::unique;
use super::trust::{StatementKind, TrustedSigner};

/// Most certificates in one file.
const MOST_CERTIFICATES: usize = 32;

const CERTIFICATES: &str = "a PEM file with 1 to 32 certificates (-----BEGIN CERTIFICATE-----)";
const KEYLESS_ISSUER: &str = "an https:// address, exactly as the certificate names it";

/// All anchors of the file.
pub(super) struct Anchors {
    pub(super) sigstore: Vec<SigstoreInstance>,
    pub(super) stamp_authorities: Vec<StampAuthority>,
    pub(super) certificate_roots: Vec<CertificateRoot>,
}

pub(super) fn anchors(root: &Table<'_>, files: KeyFiles<'_>) -> Option<Anchors> {
    let sigstore = named(root, "sigstore", keys::SIGSTORE, |table| sigstore(table, files));
    let stamp_authorities = named(root, "timestamp-authority", keys::TIMESTAMP_AUTHORITY, |table| {
        let (name, certificates, window) = authority(table, files)?;
        Some((StampAuthority { name: name.0, certificates, window }, name.1))
    });
    let certificate_roots = named(root, "certificate-root", keys::CERTIFICATE_ROOT, |table| {
        let (name, certificates, window) = authority(table, files)?;
        Some((CertificateRoot { name: name.0, certificates, window }, name.1))
    });
    let stamp_authorities = stamp_authorities?;
    once_each_authority(root, &stamp_authorities)?;
    Some(Anchors { sigstore: sigstore?, stamp_authorities, certificate_roots: certificate_roots? })
}

/// One authority under two names would look like two witnesses.
fn once_each_authority(root: &Table<'_>, authorities: &[StampAuthority]) -> Option<()> {
    for (number, authority) in authorities.iter().enumerate() {
        let shares =
            |other: &&StampAuthority| other.certificates.iter().any(|der| authority.certificates.contains(der));
        if let Some(other) = authorities.iter().take(number).find(shares) {
            let got = format!("a certificate of {:?} again in {:?}", other.name, authority.name);
            return root.optional("timestamp-authority")?.refuse_as(got, "each certificate under one authority");
        }
    }
    Some(())
}

/// The tables of one kind; names are unique within it.
fn named<'r, T>(
    root: &Table<'r>,
    key: &str,
    known: &[&str],
    read: impl Fn(&Table<'r>) -> Option<(T, Item<'r>)>,
) -> Option<Vec<T>> {
    let Some(item) = root.optional(key) else { return Some(Vec::new()) };
    let read = item.tables(known, read)?;
    unique(read.iter().filter_map(|(_, name)| Some((name.string()?.to_lowercase(), name))))?;
    Some(read.into_iter().map(|(value, _)| value).collect())
}

fn name<'r>(table: &Table<'r>) -> Option<(String, Item<'r>)> {
    let item = table.required("name", "a name for people")?;
    Some((item.visible_text()?.to_owned(), item))
}

fn sigstore<'r>(table: &Table<'r>, files: KeyFiles<'_>) -> Option<(SigstoreInstance, Item<'r>)> {
    let name = name(table);
    let trusted_root = table
        .required("trusted-root", "a file with the instance's trusted_root.json")
        .and_then(|item| file(&item, files, "a readable trusted_root.json"));
    let logs = count(table, "logs", 1);
    let stamps = count(table, "stamps", 0);
    let sct = table.optional_as("sct", Item::boolean);
    let (name, item) = name?;
    let (logs, stamps) = (logs?, stamps?);
    if logs == 0 && stamps == 0 {
        table.complain("logs", "neither a log nor a stamp asked for", "at least one of logs and stamps above 0");
        return None;
    }
    Some((SigstoreInstance { name, trusted_root: trusted_root?, logs, sct: sct?.unwrap_or(true), stamps }, item))
}

fn count(table: &Table<'_>, key: &str, default: usize) -> Option<usize> {
    let given = table.optional_as(key, |item| item.integer(0..=9))?;
    Some(given.and_then(|number| usize::try_from(number).ok()).unwrap_or(default))
}

type Authority<'r> = ((String, Item<'r>), Vec<Vec<u8>>, super::trust::Window);

fn authority<'r>(table: &Table<'r>, files: KeyFiles<'_>) -> Option<Authority<'r>> {
    let name = name(table);
    let certificates = table
        .required("certificates-file", CERTIFICATES)
        .and_then(|item| certificates(&item, &file(&item, files, CERTIFICATES)?));
    let window = window(table);
    Some((name?, certificates?, window?))
}

fn file(item: &Item<'_>, files: KeyFiles<'_>, expected: &str) -> Option<Vec<u8>> {
    let path = item.visible_text()?;
    match files(path) {
        Ok(bytes) => Some(bytes),
        Err(reason) => item.refuse_as(format!("a file that cannot be read ({reason})"), expected),
    }
}

fn certificates(item: &Item<'_>, bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    match certificates_of_pem(bytes) {
        Ok(certificates) => Some(certificates),
        Err(got) => item.refuse_as(got, CERTIFICATES),
    }
}

/// The certificates of a PEM text (RFC 7468 section 5), DER; lines that begin with `#` and blank ones do not count.
///
/// # Errors
/// What the text holds instead, as words after "got".
pub fn certificates_of_pem(bytes: &[u8]) -> Result<Vec<Vec<u8>>, &'static str> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Err("a file that is not text") };
    if text.contains("PRIVATE KEY") {
        return Err("a private key (not shown)");
    }
    let mut found = Vec::new();
    let mut body: Option<String> = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match (line, &mut body) {
            ("-----BEGIN CERTIFICATE-----", None) => body = Some(String::new()),
            ("-----END CERTIFICATE-----", Some(text)) => {
                found.push(base64::decode(text).map_err(|_| "a certificate whose base64 is malformed")?);
                body = None;
            }
            (line, Some(text)) => text.push_str(line),
            // Text around certificates hides things from people who look at the file.
            (_, None) => return Err("text around the certificates"),
        }
    }
    if body.is_some() || found.is_empty() || found.len() > MOST_CERTIFICATES {
        return Err("no certificate, an unfinished one, or more than 32");
    }
    Ok(found)
}

/// Who a `[[signer]]` is, with the place of its key where it has one.
pub(super) fn identity<'r>(
    table: &Table<'r>,
    files: KeyFiles<'_>,
    may_sign: Option<&BTreeSet<StatementKind>>,
) -> Option<(SignerIdentity, Option<KeyOwner<'r>>)> {
    match (table.optional("sigstore"), table.optional("certificate-root")) {
        (None, None) => {
            refuse_foreign(
                table,
                &["subject", "issuer", "workflow", "ref"],
                "only a signer with sigstore or certificate-root",
            );
            let (key, owner) = signer_key(table, files)?;
            Some((SignerIdentity::Key(key), Some(owner)))
        }
        (Some(_), Some(item)) => item.refuse_as("both sigstore and certificate-root", "one of the two"),
        (Some(root), None) => {
            refuse_foreign(table, &["key", "key-file"], "a signer without sigstore");
            let identity = keyless(table, &root, may_sign)?;
            Some((SignerIdentity::Keyless(Box::new(identity)), None))
        }
        (None, Some(root)) => {
            refuse_foreign(
                table,
                &["key", "key-file", "issuer", "workflow", "ref"],
                "a signer without certificate-root",
            );
            let subject = table.required("subject", "the certificate's subject in RFC 4514 form, exactly")?;
            let identity =
                CertificateIdentity { root: root.visible_text()?.to_owned(), subject: subject.string()?.to_owned() };
            Some((SignerIdentity::Certificate(identity), None))
        }
    }
}

fn refuse_foreign(table: &Table<'_>, keys: &[&str], expected: &str) {
    for item in keys.iter().filter_map(|key| table.optional(key)) {
        item.refuse_as::<()>("a key of another kind of signer", expected);
    }
}

fn keyless(table: &Table<'_>, root: &Item<'_>, may_sign: Option<&BTreeSet<StatementKind>>) -> Option<KeylessIdentity> {
    let issuer = table.required("issuer", KEYLESS_ISSUER).and_then(|item| {
        let text = item.visible_text()?;
        if text.starts_with("https://") || is_loopback(text) {
            Some(text.to_owned())
        } else {
            item.refuse(KEYLESS_ISSUER)
        }
    });
    let workflow = table.optional_as("workflow", template);
    let subject = table.optional_as("subject", template);
    let workflow_digest = table.optional_as("workflow-digest", template);
    let reference = table.optional_as("ref", template);
    let exact = |key| table.optional_as(key, |item| item.visible_text().map(str::to_owned));
    let (repository_id, owner_id, runner, trigger) =
        (exact("repository-id"), exact("owner-id"), exact("runner"), exact("trigger"));
    let of_batch = of_batch(table, may_sign);
    let (workflow, reference, of_batch) = (workflow?, reference?, of_batch?);
    // GitHub and GitLab name the workload by its workflow.
    let Some(subject) = subject?.or_else(|| workflow.clone()) else {
        table.complain("workflow", "neither workflow nor subject", "the workload's exact name");
        return None;
    };
    if !of_batch && reference.is_none() && workflow.is_some() {
        table.complain("ref", "nothing", "the exact ref of the workflow, since it is not the batch's");
        return None;
    }
    Some(KeylessIdentity {
        root: root.visible_text()?.to_owned(),
        issuer: issuer?,
        subject,
        reference: reference.or_else(|| workflow.as_ref().and_then(|_| Template::parse("refs/tags/{tag}"))),
        workflow,
        workflow_digest: workflow_digest?,
        repository_id: repository_id?,
        owner_id: owner_id?,
        runner: runner?,
        trigger: trigger?,
        of_batch,
    })
}

/// An issuer of one's own machine, for trials.
fn is_loopback(text: &str) -> bool {
    ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .any(|host| text.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])))
}

fn template(item: &Item<'_>) -> Option<Template> {
    let expected = "exact text, with {tag}, {version} and {commit} for the batch's own and no other braces";
    Template::parse(item.visible_text()?).or_else(|| item.refuse(expected))
}

/// Only who signs no evidence of a build may run at another commit than the batch's.
fn of_batch(table: &Table<'_>, may_sign: Option<&BTreeSet<StatementKind>>) -> Option<bool> {
    let Some(item) = table.optional("of-batch") else { return Some(true) };
    let of_batch = item.boolean()?;
    let free = [StatementKind::Verdict, StatementKind::Seal, StatementKind::Concession, StatementKind::Addendum];
    if !of_batch && may_sign.is_some_and(|kinds| kinds.iter().any(|kind| !free.contains(kind))) {
        return item.refuse_as(
            "false for a signer of build evidence",
            "true, or may-sign with nothing but verdict, seal, concession and addendum",
        );
    }
    Some(of_batch)
}

/// Every signer's root is one of the file's.
pub(super) fn refer<'r>(signers: &[(&TrustedSigner, &Item<'r>)], anchors: &Anchors) -> Option<()> {
    let mut all = Some(());
    for (signer, item) in signers {
        let (known, root, kind) = match &signer.identity {
            SignerIdentity::Key(_) => continue,
            SignerIdentity::Keyless(identity) => {
                (anchors.sigstore.iter().any(|known| known.name == identity.root), &identity.root, "[[sigstore]]")
            }
            SignerIdentity::Certificate(identity) => {
                let known = anchors.certificate_roots.iter().any(|known| known.name == identity.root);
                (known, &identity.root, "[[certificate-root]]")
            }
        };
        if !known {
            all =
                item.refuse_as(format!("a signer under {root:?}"), format!("the name of a {kind} table of this file"));
        }
    }
    all
}
