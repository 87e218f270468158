//! What a check may look at: verified statements and raw bytes whose digests they bind.

use std::collections::BTreeMap;

use crate::attestation::approval_withdrawal::VerifiedWithdrawal;
use crate::attestation::concession::VerifiedConcession;
use crate::attestation::sshsig::VerifiedApproval;
use crate::attestation::verified::Verified;
use crate::model::batch::Batch;
use crate::model::digest::Sha256Digest;
use crate::model::document::{Document, TestResult};
use crate::model::name::EntryName;
use crate::model::provenance::Provenance;
use crate::model::record::{ArtifactRecord, EntryDigest, PreviousRelease, Record};
use crate::model::result::Stage;
use crate::model::seal::Seal;
use crate::model::statement::Statement;
use crate::model::time::Timestamp;
use crate::model::vulnerabilities::Vulnerabilities;
use crate::policy::release::Policy;
use crate::policy::trust::{Trust, TrustedDevice};
use crate::sbom::predicate::CycloneDx;

/// Everything about one batch that the gate may judge.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// Candidate or release.
    pub stage: Stage,
    /// `batch.json`.
    pub batch: &'a Batch,
    /// SHA-256 of `batch.json`.
    pub batch_sha256: Sha256Digest,
    /// The products, as measured by whoever evaluates (pipeline) or as listed by the signed record
    /// and compared with the files given (verifier).
    pub artifacts: &'a [ArtifactRecord],
    /// The policy in force, whose bytes are `policy/batchseal.toml`.
    pub policy: &'a Policy,
    /// The device as the trust file knows it.
    pub device: &'a TrustedDevice,
    /// The trust file.
    pub trust: &'a Trust,
    /// Every entry that exists at this point, by name. Never the seal itself.
    pub entries: &'a BTreeMap<EntryName, EntryDigest>,
    /// Provenance statements with the entries that carry them.
    pub provenance: Vec<Signed<Provenance>>,
    /// SBOM statements.
    pub sboms: Vec<Signed<CycloneDx>>,
    /// Test results.
    pub tests: Vec<Signed<TestResult>>,
    /// Vulnerability scans.
    pub scans: Vec<Signed<Vulnerabilities>>,
    /// Controlled documents.
    pub documents: Vec<Signed<Document>>,
    /// Concessions whose signature, person, batch and policy verified, with their entry, in entry order.
    pub concessions: Vec<(EntryName, VerifiedConcession)>,
    /// Attestations that did not verify or are of an unknown kind, with the reason.
    pub refused: Vec<Refused>,
    /// Raw git objects.
    pub git: GitEvidence<'a>,
    /// Raw lockfiles kept in the bundle, by entry name (`evidence/lockfiles/…`).
    pub lockfiles: BTreeMap<EntryName, &'a [u8]>,
    /// Raw bytes of everything below `evidence/`, the lockfiles too, by entry name.
    pub files: BTreeMap<EntryName, &'a [u8]>,
    /// Raw bytes of the SBOM files, by entry name (`sbom/…`).
    pub sbom_files: BTreeMap<EntryName, &'a [u8]>,
    /// Days (`YYYY-MM-DD`, UTC) at which a person must be valid whose signature the record dates: those of the
    /// record's trusted times, else the day of judging. Never empty.
    pub days: Vec<String>,
    /// The ledger of earlier sealed records.
    pub previous: PreviousReleases,
    /// Present at the release stage only.
    pub release: Option<ReleaseEvidence<'a>>,
}

/// A verified statement and the entry that carries it.
#[derive(Debug)]
pub struct Signed<P> {
    /// Entry of the Sigstore bundle.
    pub entry: EntryName,
    /// The statement.
    pub statement: Verified<Statement<P>>,
}

/// An attestation or approval that does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Entry.
    pub entry: EntryName,
    /// Why, as a lower-case sentence.
    pub reason: String,
}

/// An approval that the person took back before sealing; both stay.
#[derive(Debug)]
pub struct WithdrawnApproval {
    /// Entry of the approval's statement.
    pub entry: EntryName,
    /// The approval.
    pub approval: VerifiedApproval,
    /// Entry of the withdrawal's statement.
    pub withdrawal_entry: EntryName,
    /// The withdrawal.
    pub withdrawal: VerifiedWithdrawal,
}

/// Raw git objects of the batch; ids are recomputed from them.
#[derive(Debug, Clone, Copy)]
pub struct GitEvidence<'a> {
    /// Content of the annotated tag object (`git/tag`); absent for a lightweight tag.
    pub tag: Option<&'a [u8]>,
    /// Content of the commit object (`git/commit`).
    pub commit: Option<&'a [u8]>,
    /// Raw commits since the last release (`git/commits.txt`, see `provenance::history`).
    pub commits: Option<&'a [u8]>,
    /// Sorted tree listing (`git/tree.txt`, see `provenance::tree`).
    pub tree: Option<&'a [u8]>,
}

/// Earlier sealed records of the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreviousReleases {
    /// These were given (by the recorder, or by the verifier), and their seals verified.
    Given(Vec<PreviousRelease>),
    /// The policy claims that there are none.
    FirstRelease,
    /// Nobody gave any.
    Unknown,
}

/// What exists after the people have signed.
#[derive(Debug)]
pub struct ReleaseEvidence<'a> {
    /// The signed record.
    pub record: Verified<Statement<Record>>,
    /// Approvals whose signature, person, role and record verified, with their entry, in entry order.
    pub approvals: Vec<(EntryName, VerifiedApproval)>,
    /// Approvals that their signers took back: they do not count.
    pub withdrawn: Vec<WithdrawnApproval>,
    /// Further signatures over the same record, each by another signer, in entry order.
    pub countersignatures: Vec<Signed<Record>>,
    /// Further signatures that do not count.
    pub refused_countersignatures: Vec<Refused>,
    /// Approvals that do not count.
    pub refused_approvals: Vec<Refused>,
    /// The seal, where it exists already (verification).
    pub seal: Option<&'a Statement<Seal>>,
    /// Time the release gate runs at: the sealing machine's clock, or the seal's time when verifying.
    pub now: Timestamp,
}
