//! `batchseal attest`: takes in documents, test reports and scans as signed evidence.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::adapters::batch_folder::{BatchFolder, MAX_ENTRY, OwnedEntries};
use crate::adapters::files;
use crate::adapters::terminal::Terminal;
use crate::attestation::sign::{Attestation, Signer, attest};
use crate::exit::ExitStatus;
use crate::intake::document::{self, DocumentIdentity};
use crate::intake::scan::Stated;
use crate::intake::{content, junit, vex};
use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::entry::{CONCESSIONS, SBOM_ENTRY, SCANS};
use crate::model::name::EntryName;
use crate::policy::release::Policy;

use super::failure::{Failure, input, unsigned};
use super::{listed, session};

pub mod scan;

/// Arguments of `batchseal attest`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal attest junit target/junit.xml --batch out/pump-1.4.0.batch
  batchseal attest scan grype.json --batch out/pump-1.4.0.batch
  batchseal attest vex pump.vex.json --id VEX-0001 --revision 2 --approver 'Quality Lead (example)' --approved-on 2026-11-23 --covers 1.4.0 --batch out/pump-1.4.0.batch
  batchseal attest listed --batch out/pump-1.4.0.batch
  batchseal attest document risk/rmf.md --kind risk-management-file --id RMF-0001 --revision 3 --batch out/pump-1.4.0.batch")]
pub struct Args {
    /// What is taken in
    #[command(subcommand)]
    pub evidence: Evidence,
}

/// Kinds of evidence.
#[derive(Debug, Subcommand)]
pub enum Evidence {
    /// Everything that the policy's evidence.toml lists
    Listed {
        /// Folder that the list's paths are relative to: a checkout of the batch's commit
        #[arg(long, value_name = "DIR", default_value = ".")]
        dir: PathBuf,
        /// Open batch folder
        #[arg(long, value_name = "DIR")]
        batch: PathBuf,
    },
    /// JUnit XML test reports
    Junit {
        /// The reports
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Open batch folder
        #[arg(long, value_name = "DIR")]
        batch: PathBuf,
    },
    /// Report of a vulnerability scanner about the batch's SBOM
    Scan(scan::Args),
    /// Decisions on vulnerabilities: OpenVEX 0.2.0, or CycloneDX with vulnerabilities
    Vex {
        /// The VEX document
        file: PathBuf,
        /// Document id
        #[arg(long)]
        id: String,
        /// Revision
        #[arg(long)]
        revision: String,
        /// Who approved this revision
        #[arg(long)]
        approver: String,
        /// Day of that approval, such as 2026-11-23
        #[arg(long, value_name = "DAY")]
        approved_on: String,
        /// Release version that it covers
        #[arg(long, value_name = "VERSION")]
        covers: String,
        /// Open batch folder
        #[arg(long, value_name = "DIR")]
        batch: PathBuf,
    },
    /// A controlled document, any file format
    Document {
        /// The document
        file: PathBuf,
        /// Kind: any kebab-case word, such as risk-management-file or anomaly-list
        #[arg(long)]
        kind: String,
        /// Document id
        #[arg(long)]
        id: String,
        /// Revision
        #[arg(long)]
        revision: String,
        /// Who approved this revision
        #[arg(long)]
        approver: Option<String>,
        /// Day of that approval, such as 2026-11-23
        #[arg(long, value_name = "DAY", requires = "approver")]
        approved_on: Option<String>,
        /// Release version that it covers
        #[arg(long, value_name = "VERSION")]
        covers: Option<String>,
        /// Open batch folder
        #[arg(long, value_name = "DIR")]
        batch: PathBuf,
    },
}

/// Something to take in, as the caller named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intake {
    /// A JUnit report.
    Junit(PathBuf),
    /// A document.
    Document(PathBuf, DocumentIdentity),
    /// A scanner's report.
    Scan(PathBuf, Stated),
    /// A concession: the statement, whose signature lies beside it.
    Concession(PathBuf),
}

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let (Evidence::Listed { batch, .. }
    | Evidence::Junit { batch, .. }
    | Evidence::Scan(scan::Args { batch, .. })
    | Evidence::Vex { batch, .. }
    | Evidence::Document { batch, .. }) = &args.evidence;
    let folder = BatchFolder::open(batch);
    let entries = folder.load().map_err(input)?;
    let (policy, _) = session::policy_of(&entries)?;
    let intakes = named(&args.evidence, &policy)?;
    let key = session::signing_key_of_batch(&policy, None)?;
    let added = take_all(&intakes, &entries, sbom_of(&entries), &key)?;
    for (name, bytes) in &added.0 {
        folder.write(name, bytes).map_err(input)?;
        terminal.note(&format!("added {name}"));
    }
    Ok(ExitStatus::Done)
}

/// What the command line names.
fn named(evidence: &Evidence, policy: &Policy) -> Result<Vec<Intake>, Failure> {
    Ok(match evidence {
        Evidence::Listed { dir, .. } => {
            let intakes = listed::intakes(&listed::listed(policy, dir)?, dir);
            if intakes.is_empty() {
                return Err(Failure::message(ExitStatus::Usage, "the policy of the batch lists no evidence")
                    .with_hint("Name a list as [release] evidence = \"evidence.toml\", or take files in one by one"));
            }
            intakes
        }
        Evidence::Junit { files, .. } => files.iter().cloned().map(Intake::Junit).collect(),
        Evidence::Scan(args) => vec![Intake::Scan(args.file.clone(), args.stated())],
        Evidence::Vex { file, id, revision, approver, approved_on, covers, .. } => {
            let identity = DocumentIdentity {
                kind: vex::KIND.to_owned(),
                id: id.clone(),
                revision: revision.clone(),
                approver: Some(approver.clone()),
                approved_on: Some(approved_on.clone()),
                covers_version: Some(covers.clone()),
            };
            vec![Intake::Document(file.clone(), identity)]
        }
        Evidence::Document { file, kind, id, revision, approver, approved_on, covers, .. } => {
            let identity = DocumentIdentity {
                kind: kind.clone(),
                id: id.clone(),
                revision: revision.clone(),
                approver: approver.clone(),
                approved_on: approved_on.clone(),
                covers_version: covers.clone(),
            };
            vec![Intake::Document(file.clone(), identity)]
        }
    })
}

/// The device's SBOM among entries.
#[must_use]
pub fn sbom_of(entries: &OwnedEntries) -> Option<&[u8]> {
    let sbom = entries.0.iter().find(|(name, _)| name.as_str() == SBOM_ENTRY);
    sbom.map(|(_, bytes)| bytes.as_slice())
}

/// Takes in evidence for an open batch; returns the entries to add. Scans are bound to `sbom`.
///
/// # Errors
/// [`Failure`] with exit 3 for a file that is refused; nothing is added then.
pub fn take_all(
    intakes: &[Intake],
    entries: &OwnedEntries,
    sbom: Option<&[u8]>,
    key: &dyn Signer,
) -> Result<OwnedEntries, Failure> {
    let batch = entries.0.iter().find(|(name, _)| name.as_str() == BATCH_ENTRY).map(|(_, bytes)| bytes);
    let batch_sha256 = Sha256Digest::of(batch.map(Vec::as_slice).unwrap_or_default());
    let mut added = OwnedEntries::default();
    for intake in intakes {
        let (path, folder, prefix) = match intake {
            Intake::Concession(path) => {
                added.0.extend(concession(path)?.0);
                continue;
            }
            Intake::Junit(path) => (path, "evidence/junit", "tests"),
            Intake::Document(path, _) => (path, "evidence/documents", "document"),
            Intake::Scan(path, _) => (path, SCANS, "scan"),
        };
        let bytes = files::read(path, MAX_ENTRY).map_err(input)?;
        let taken = |name: &EntryName| entries.0.contains_key(name) || added.0.contains_key(name);
        let (raw, signed) = names(path, folder, prefix, taken)?;
        let given = Given { raw: &raw, bytes: &bytes, sbom, batch: batch_sha256 };
        let attestation = given.attestation(intake, key)?;
        added.0.insert(raw, bytes);
        added.0.insert(signed, attestation.bundle);
    }
    Ok(added)
}

/// A concession as its person signed it: the pipeline signs nothing of it, and the gate verifies it.
fn concession(path: &Path) -> Result<OwnedEntries, Failure> {
    const MAX: u64 = 1 << 20;
    let Some(stem) = path.file_stem().filter(|_| path.extension().is_some_and(|extension| extension == "json")) else {
        let message =
            format!("{} is no concession (expected the .json file that `batchseal concede` wrote)", path.display());
        return Err(
            Failure::message(ExitStatus::Usage, message).with_hint("Name the .json file; its .sshsig lies beside it")
        );
    };
    let mut files = OwnedEntries::default();
    for extension in ["json", "sshsig"] {
        let bytes = files::read(&path.with_extension(extension), MAX).map_err(input)?;
        let name = format!("{CONCESSIONS}/{}.{extension}", stem.to_string_lossy());
        files.insert(&name, bytes).map_err(input)?;
    }
    Ok(files)
}

/// A file that is taken in, and what it is bound to.
struct Given<'g> {
    raw: &'g EntryName,
    bytes: &'g [u8],
    sbom: Option<&'g [u8]>,
    batch: Sha256Digest,
}

impl Given<'_> {
    fn attestation(&self, intake: &Intake, key: &dyn Signer) -> Result<Attestation, Failure> {
        match intake {
            Intake::Junit(path) | Intake::Concession(path) => self.junit(key).map_err(|failure| about(failure, path)),
            Intake::Scan(path, stated) => scan::attestation((path, stated), self, key),
            Intake::Document(path, identity) => self.document(path, identity, key),
        }
    }

    fn junit(&self, key: &dyn Signer) -> Result<Attestation, Failure> {
        let cases = junit::parse(self.bytes).map_err(input)?;
        attest(&junit::statement(&cases, self.raw, self.bytes, self.batch), key).map_err(unsigned)
    }

    fn document(&self, path: &Path, identity: &DocumentIdentity, key: &dyn Signer) -> Result<Attestation, Failure> {
        content::check(&identity.kind, self.raw.file_name(), self.bytes).map_err(|error| {
            let hint = format!("Check {}: the gate reads documents of kind {}", path.display(), identity.kind);
            input(error).with_hint(hint)
        })?;
        let statement =
            document::statement(identity.clone(), self.raw.clone(), self.bytes, self.batch).map_err(input)?;
        attest(&statement, key).map_err(unsigned)
    }
}

fn about(failure: Failure, path: &Path) -> Failure {
    let hint = format!("Check {}: it must be the JUnit XML that the test runner wrote for this build", path.display());
    failure.with_hint(hint)
}

/// Entry names for the raw file and its attestation; a second file of one name gets a number.
fn names(
    path: &Path,
    folder: &str,
    prefix: &str,
    taken: impl Fn(&EntryName) -> bool,
) -> Result<(EntryName, EntryName), Failure> {
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let safe: String = file
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' })
        .take(80)
        .collect();
    let safe = safe.trim_start_matches(['.', '-']).trim_end_matches('.').to_owned();
    for number in 1..1000 {
        let name = if number == 1 { safe.clone() } else { format!("{number}-{safe}") };
        let slug = name.to_ascii_lowercase().replace('.', "-");
        let raw = EntryName::parse(&format!("{folder}/{name}")).map_err(input)?;
        let signed = EntryName::parse(&format!("attestations/{prefix}-{slug}.sigstore.json")).map_err(input)?;
        if !taken(&raw) && !taken(&signed) {
            return Ok((raw, signed));
        }
    }
    Err(Failure::message(ExitStatus::Input, format!("more than 1000 evidence files are named {file}")))
}
