//! `batchseal renew`: an addendum with an archive stamp over everything so far.

use std::path::PathBuf;

use crate::adapters::evidence_file::EvidenceFile;
use crate::adapters::new_file::Readers;
use crate::adapters::terminal::Terminal;
use crate::adapters::{addenda, clock, config, evidence_file, files, new_file, program};
use crate::attestation::sign::attest;
use crate::attestation::sigstore_bundle::SigstoreBundle;
use crate::evidence::addenda::{AddendumFile, Surroundings};
use crate::evidence::assemble;
use crate::evidence::judge::{Files, Question, judge};
use crate::evidence::judgement::{Answer, Judgement};
use crate::evidence::layout;
use crate::exit::ExitStatus;
use crate::model::addendum::{AddendumKind, AddendumName, MOST_ADDENDA, Renewal, RevocationDatum};
use crate::model::batch::{BATCH_ENTRY, Batch, SchemaVersion};
use crate::model::digest::Sha256Digest;
use crate::model::json;
use crate::model::statement::Statement;
use crate::policy::release::Policy;
use crate::policy::trust::Trust;

use super::failure::{Failure, input, unsigned, usage};
use super::{session, verify};

/// Largest revocation list or answer, in bytes.
const MAX_REVOCATION: u64 = 4 << 20;

/// Arguments of `batchseal renew`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal renew pump-1.4.0.evidence.zip artifacts --trust trust.toml
  batchseal renew pump-1.4.0.evidence.zip artifacts --trust trust.toml --policy archive.toml --revocation tsa.crl

Nothing old is changed: the addendum <bundle>.NN-renewal.sigstore.json is written beside the bundle, and `verify`
finds it there. Renew before the stamps end; `verify` says when that is.

Exit codes: 0 renewed, 1 the release does not verify, 2 usage or trust file, 3 input, 4 the timestamp authority")]
pub struct Args {
    /// Sealed evidence bundle
    pub bundle: PathBuf,
    /// Every shipped file, or folders that hold exactly them
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Your own trust file
    #[arg(long, value_name = "FILE")]
    pub trust: Option<PathBuf>,
    /// Policy whose signing table makes the renewal, in place of the one inside the bundle; its files lie beside it
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Revocation list or status answer to keep in the renewal (repeatable)
    #[arg(long, value_name = "FILE")]
    pub revocation: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`]; then nothing was written.
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let trust = verify::load_trust(args.trust.as_deref())?;
    let earlier = addenda::read_beside(&args.bundle).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let products = verify::named_files(&args.files, &args.bundle)?;
    let mut around = verify::surroundings(&args.bundle, earlier, &products)?;
    let container = evidence_file::open(&args.bundle).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let judgement = judged(&container, &trust, &around, false)?;
    if judgement.answer == Answer::Failed {
        return Err(Failure::message(
            ExitStatus::NotPassed,
            format!("release does not verify: {}", judgement.sentence),
        )
        .with_hint("A renewal can only carry on what holds today; look at `batchseal verify`"));
    }
    let policy = match &args.policy {
        Some(path) => config::load_policy(path).map_err(usage)?.0,
        None => session::policy_of(&container.entries)?.0,
    };
    let number = around.addenda.last().map_or(1, |last| last.name.number + 1);
    if number > MOST_ADDENDA {
        return Err(Failure::message(ExitStatus::Input, format!("bundle has {MOST_ADDENDA} addenda already")));
    }
    let name = AddendumName { number, kind: AddendumKind::Renewal };
    let bytes = sign(args, &policy, renewal(args, number, &container, &around)?)?;
    around.addenda.push(AddendumFile { name, bytes: bytes.clone() });
    let again = judged(&container, &trust, &around, false)?;
    if again.answer != judgement.answer {
        return Err(Failure::message(
            ExitStatus::Usage,
            format!("the renewal just made does not verify: {}", again.sentence),
        )
        .with_hint("Let the trust file name its signer with may-sign = [\"addendum\"] and its timestamp authority"));
    }
    let path = addenda::path_of(&args.bundle, name);
    new_file::create(&path, &bytes, Readers::All).map_err(|error| Failure::plain(ExitStatus::Input, error))?;
    let until = again.good_until.map(|until| format!(", good until {}", until.in_utc().date())).unwrap_or_default();
    terminal.result(&format!("{}{until}\n", path.display()));
    Ok(ExitStatus::Done)
}

/// Judges a bundle with what lies beside it; its products too, unless `bundle_only`.
///
/// # Errors
/// [`Failure`] when the day cannot be told.
pub fn judged(
    container: &EvidenceFile,
    trust: &Trust,
    around: &Surroundings,
    bundle_only: bool,
) -> Result<Judgement, Failure> {
    Ok(judge(Question {
        entries: container.entries.as_map(),
        bundle_sha256: container.sha256,
        trust,
        day: verify::day(None)?,
        files: if bundle_only { Files::BundleOnly } else { Files::Whole(around.product_digests()) },
        around: around.clone(),
        previous: None,
        tool: program::name_and_version(),
    }))
}

fn renewal(
    args: &Args,
    number: u32,
    container: &EvidenceFile,
    around: &Surroundings,
) -> Result<Statement<Renewal>, Failure> {
    let entries = container.entries.as_map();
    let batch_bytes = layout::get(&entries, BATCH_ENTRY).unwrap_or_default();
    let batch: Batch = json::decode(batch_bytes).map_err(input)?;
    let bundle =
        around.bundle.ok_or_else(|| Failure::message(ExitStatus::Internal, "the container was not measured"))?;
    let mut revocation = Vec::new();
    for path in &args.revocation {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        revocation.push(RevocationDatum { name, content: files::read(path, MAX_REVOCATION).map_err(input)? });
    }
    let predicate = Renewal {
        schema_version: SchemaVersion,
        number,
        bundle: bundle.covered(format!("{}.evidence.zip", batch.stem())),
        device: batch.device.name,
        version: batch.version,
        artifacts: around.artifacts.iter().map(|(name, measured)| measured.covered(name.as_str())).collect(),
        addenda: around.covered_addenda(),
        revocation,
        renewed_at: clock::now(),
        tool: program::identity(),
    };
    Ok(assemble::renewal(Sha256Digest::of(batch_bytes), predicate))
}

fn sign(args: &Args, policy: &Policy, renewal: Statement<Renewal>) -> Result<Vec<u8>, Failure> {
    let root = args.policy.as_deref().map_or_else(|| PathBuf::from("."), session::root_of);
    session::files_are_there(policy, &root, args.policy.as_deref())?;
    let key = session::signing_key(policy, Some(&root))?;
    let attestation = attest(&renewal, &key).map_err(unsigned)?;
    let stamped = SigstoreBundle::decode(&attestation.bundle).is_ok_and(|bundle| !bundle.stamps.is_empty());
    if stamped {
        return Ok(attestation.bundle);
    }
    Err(Failure::message(
        ExitStatus::Usage,
        "[signing] names no timestamp authority, and a renewal is nothing without a stamp",
    )
    .with_hint("Name one as [[signing.timestamp-authority]] in a policy of your own, and give it with --policy"))
}
