//! Files become evidence: read, looked through for secrets, understood, signed.

use std::path::{Path, PathBuf};

use crate::adapters::batch_folder::{MAX_ENTRY, OwnedEntries};
use crate::adapters::files;
use crate::adapters::terminal::Terminal;
use crate::attestation::sign::{Attestation, Signer, attest};
use crate::commands::failure::{Failure, input, unsigned};
use crate::exit::ExitStatus;
use crate::intake::document::{self, DocumentIdentity};
use crate::intake::junit::{self, RunFacts, RunFactsError};
use crate::intake::scan::Stated;
use crate::intake::{analysis, content, coverage, sarif};
use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::entry::{CONCESSIONS, SCANS};
use crate::model::name::EntryName;
use crate::model::text::for_terminal;
use crate::provenance::redact::{Sightings, is_text, sightings};

use super::scan;

/// Places of possible secrets that are shown of one file.
const MAX_SHOWN: usize = 20;

/// Something to take in, as the caller named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intake {
    /// A JUnit report of a run.
    Junit(PathBuf, RunFacts),
    /// A SARIF log.
    Sarif(PathBuf),
    /// A coverage report.
    Coverage(PathBuf),
    /// A document.
    Document(PathBuf, DocumentIdentity),
    /// A scanner's report.
    Scan(PathBuf, Stated),
    /// A concession: the statement, whose signature lies beside it.
    Concession(PathBuf),
}

impl Intake {
    fn path(&self) -> &Path {
        match self {
            Self::Junit(path, _) | Self::Document(path, _) | Self::Scan(path, _) => path,
            Self::Sarif(path) | Self::Coverage(path) | Self::Concession(path) => path,
        }
    }

    /// Folder of the bytes and beginning of the attestation's name.
    const fn place(&self) -> (&'static str, &'static str) {
        match self {
            Self::Junit(..) => ("evidence/junit", "tests"),
            Self::Sarif(_) => ("evidence/sarif", "document"),
            Self::Coverage(_) => ("evidence/coverage", "document"),
            Self::Document(..) => ("evidence/documents", "document"),
            Self::Scan(..) => (SCANS, "scan"),
            Self::Concession(_) => (CONCESSIONS, "concession"),
        }
    }
}

/// Facts of a run that no statement can carry: a usage error.
#[must_use]
pub fn unusable_facts(error: RunFactsError) -> Failure {
    Failure::plain(ExitStatus::Usage, error)
        .with_hint("Name the suite by a word such as unit or system, and who ran the tests by a role or a job")
}

/// Takes in evidence for an open batch; returns the entries to add. Scans are bound to `sbom`. Text that may hold a secret is named on standard
/// error, by its line.
///
/// # Errors
/// [`Failure`] with exit 3 for a file that is refused, one with a private key among them; nothing is added then.
pub fn take_all(
    intakes: &[Intake],
    entries: &OwnedEntries,
    sbom: Option<&[u8]>,
    key: &dyn Signer,
    terminal: Terminal,
) -> Result<OwnedEntries, Failure> {
    let batch = entries.0.iter().find(|(name, _)| name.as_str() == BATCH_ENTRY).map(|(_, bytes)| bytes);
    let batch_sha256 = Sha256Digest::of(batch.map(Vec::as_slice).unwrap_or_default());
    let mut added = OwnedEntries::default();
    for intake in intakes {
        if let Intake::Concession(path) = intake {
            added.0.extend(concession(path)?.0);
            continue;
        }
        let (path, (folder, prefix)) = (intake.path(), intake.place());
        let bytes = files::read(path, MAX_ENTRY).map_err(input)?;
        look_through(path, &bytes, terminal)?;
        let taken = |name: &EntryName| entries.0.contains_key(name) || added.0.contains_key(name);
        let (raw, signed) = names(path, folder, prefix, taken)?;
        let given = Given { raw: &raw, bytes: &bytes, sbom, batch: batch_sha256 };
        let Some(attestation) = given.attestation(intake, key, terminal)? else { continue };
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

/// What is taken in goes to everyone who may see the bundle, for ever.
fn look_through(path: &Path, bytes: &[u8], terminal: Terminal) -> Result<(), Failure> {
    let found = if is_text(bytes) { sightings(bytes) } else { Sightings::default() };
    if let Some(key) = found.private_key() {
        let message = format!("{} holds a private key on line {} (not shown)", path.display(), key.line);
        return Err(Failure::message(ExitStatus::Input, message)
            .with_hint("Take the key out of the file, and replace it wherever it is used: it has been written down"));
    }
    let file = for_terminal(&path.display().to_string());
    for place in found.places.iter().take(MAX_SHOWN) {
        let (line, kind) = (place.line, place.kind);
        terminal.diagnostic(&format!("warning: {file} may hold a secret on line {line} ({kind}, not shown)"));
    }
    let shown = found.places.len().min(MAX_SHOWN) as u64;
    if found.count > shown {
        terminal.diagnostic(&format!("warning: {file} may hold {} more", found.count - shown));
    }
    Ok(())
}

/// A file that is taken in, and what it is bound to.
pub(super) struct Given<'g> {
    pub(super) raw: &'g EntryName,
    pub(super) bytes: &'g [u8],
    pub(super) sbom: Option<&'g [u8]>,
    pub(super) batch: Sha256Digest,
}

impl Given<'_> {
    fn attestation(
        &self,
        intake: &Intake,
        key: &dyn Signer,
        terminal: Terminal,
    ) -> Result<Option<Attestation>, Failure> {
        let (path, bytes) = (intake.path(), self.bytes);
        let signed = match intake {
            Intake::Concession(_) => return Ok(None),
            Intake::Scan(path, stated) => scan::attestation((path, stated), self, key),
            Intake::Junit(_, facts) => {
                let expected = "the JUnit XML that the test runner wrote for this build";
                let report = junit::parse(bytes).map_err(|error| about(input(error), path, expected))?;
                attest(&junit::statement(&report, facts, self.raw, bytes, self.batch), key).map_err(unsigned)
            }
            Intake::Sarif(_) => {
                let expected = "the SARIF 2.1.0 log that the tool wrote of these sources";
                let log = sarif::parse(bytes).map_err(|error| about(input(error), path, expected))?;
                terminal.note(&format!("{} {}: {}", log.tools(), log.versions(), log.results().in_words()));
                self.document(path, analysis::of_sarif(&log), key)
            }
            Intake::Coverage(_) => {
                let expected = "the Cobertura XML or LCOV tracefile of the test run";
                let report = coverage::parse(bytes).map_err(|error| about(input(error), path, expected))?;
                terminal.note(&format!("{}: {}", report.format.as_str(), report.in_words()));
                self.document(path, analysis::of_coverage(&report), key)
            }
            Intake::Document(_, identity) => self.document(path, identity.clone(), key),
        };
        signed.map(Some)
    }

    fn document(&self, path: &Path, identity: DocumentIdentity, key: &dyn Signer) -> Result<Attestation, Failure> {
        content::check(&identity.kind, self.raw.file_name(), self.bytes).map_err(|error| {
            let hint = format!("Check {}: the gate reads documents of kind {}", path.display(), identity.kind);
            input(error).with_hint(hint)
        })?;
        let statement = document::statement(identity, self.raw.clone(), self.bytes, self.batch).map_err(input)?;
        attest(&statement, key).map_err(unsigned)
    }
}

fn about(failure: Failure, path: &Path, expected: &str) -> Failure {
    failure.with_hint(format!("Check {}: it must be {expected}", path.display()))
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
