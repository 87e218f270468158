//! `batchseal verify`: judges a whole release offline.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::adapters::batch_folder::OwnedEntries;
use crate::adapters::terminal::Terminal;
use crate::adapters::{addenda, clock, config, evidence_file, files, program};
use crate::evidence::addenda::{AddendumFile, Surroundings};
use crate::evidence::judge::{Files, Question, judge};
use crate::evidence::judgement::{Answer, Judgement};
use crate::evidence::previous::{self, Earlier};
use crate::exit::ExitStatus;
use crate::model::digest::Sha256Digest;
use crate::model::record::RECORD_ENTRY;
use crate::model::seal::SEAL_ENTRY;
use crate::policy::trust::Trust;
use crate::report;

use super::failure::{Failure, input, internal, usage};
use super::session::ARTIFACTS_FOLDER;

/// Arguments of `batchseal verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal verify pump-1.4.0.evidence.zip artifacts --trust trust.toml
  batchseal verify pump-1.4.0.evidence.zip pumpctl --partial --trust trust.toml
  batchseal verify pump-1.4.0.evidence.zip --bundle-only --trust trust.toml --format json

Exit codes: 0 PASSED, 1 FAILED or REJECTED, 2 usage or trust file, 3 unreadable input")]
pub struct Args {
    /// Sealed evidence bundle
    pub bundle: PathBuf,
    /// Shipped files, or folders that hold exactly them
    pub files: Vec<PathBuf>,
    /// Your own trust file: whom and what to believe
    #[arg(long, value_name = "FILE")]
    pub trust: Option<PathBuf>,
    /// Judge the bundle without any shipped file
    #[arg(long, conflicts_with = "partial")]
    pub bundle_only: bool,
    /// The files given may be a part of the products
    #[arg(long)]
    pub partial: bool,
    /// Earlier sealed bundle of this device, to judge rollback by (repeatable)
    #[arg(long, value_name = "BUNDLE")]
    pub previous: Vec<PathBuf>,
    /// Judge as on this later day (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    pub at: Option<String>,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Forms of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Human,
    /// For machines: one JSON document with a schema version
    Json,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] when no verdict was reached.
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let trust = load_trust(args.trust.as_deref())?;
    let day = day(args.at.as_deref())?;
    let container = evidence_file::open(&args.bundle).map_err(|error| unreadable(&args.bundle, error))?;
    let given = given(args, terminal)?;
    let previous = match args.previous.as_slice() {
        [] => None,
        paths => {
            let earlier = earlier_releases(paths, &trust, &day)?;
            Some(earlier.into_iter().map(|earlier| earlier.release).collect())
        }
    };
    let judgement = judge(Question {
        entries: container.entries.as_map(),
        bundle_sha256: container.sha256,
        trust: &trust,
        day,
        files: given.files,
        around: given.around,
        previous,
        tool: program::name_and_version(),
    });
    print(&judgement, args.format, terminal)?;
    if judgement.answer != Answer::Passed {
        what_was_meant(args, &container.entries, terminal);
    }
    Ok(if judgement.answer == Answer::Passed { ExitStatus::Done } else { ExitStatus::NotPassed })
}

/// Says the likely slip behind a verdict that is not PASSED; the verdict stays what it is.
fn what_was_meant(args: &Args, entries: &OwnedEntries, terminal: Terminal) {
    let holds = |name: &str| entries.0.keys().any(|entry| entry.as_str() == name);
    if holds(RECORD_ENTRY) && !holds(SEAL_ENTRY) {
        terminal.diagnostic(&format!("note: {} is a candidate that nobody has sealed", args.bundle.display()));
        terminal.diagnostic(
            "hint: have it approved with `batchseal approve`, seal it with `batchseal seal`, and verify the .evidence.zip",
        );
        return;
    }
    let inner = args.files.iter().map(|path| path.join(ARTIFACTS_FOLDER)).find(|folder| folder.is_dir());
    if let Some(folder) = inner {
        terminal.diagnostic(&format!("hint: the products are in {}; give that folder", folder.display()));
    }
}

/// Loads the trust file that must be named.
///
/// # Errors
/// [`Failure`] with exit 2.
pub fn load_trust(path: Option<&Path>) -> Result<Trust, Failure> {
    let Some(path) = path else {
        return Err(Failure::message(
            ExitStatus::Usage,
            "no trust file was named (nothing in a bundle is ever an anchor)",
        )
        .with_hint("Name yours with --trust trust.toml; `batchseal trust init` writes a draft to check"));
    };
    config::load_trust(path).map_err(usage)
}

/// Refuses a sealed bundle where a candidate is expected.
///
/// # Errors
/// [`Failure`] with exit 3.
pub fn expect_candidate(path: &Path, entries: &OwnedEntries) -> Result<(), Failure> {
    if !entries.0.keys().any(|name| name.as_str() == SEAL_ENTRY) {
        return Ok(());
    }
    Err(Failure::message(ExitStatus::Input, format!("{} is sealed already (expected a candidate)", path.display()))
        .with_hint("Name the .candidate.zip, or judge the sealed bundle with `batchseal verify`"))
}

/// Today in UTC, or a later day.
///
/// # Errors
/// [`Failure`] with exit 2 for a malformed or earlier day.
pub fn day(at: Option<&str>) -> Result<String, Failure> {
    let today = clock::now().in_utc().date();
    let Some(at) = at else { return Ok(today) };
    let well_formed =
        crate::model::time::Timestamp::parse(&format!("{at}T00:00:00Z")).is_ok_and(|time| time.date() == at);
    if !well_formed {
        return Err(Failure::message(ExitStatus::Usage, format!("--at {at} is no day (expected YYYY-MM-DD)")));
    }
    if at < today.as_str() {
        return Err(Failure::message(ExitStatus::Usage, format!("--at {at} is before today ({today})"))
            .with_hint("Name today or a later day; the past cannot be judged with what is known now"));
    }
    Ok(at.to_owned())
}

/// What lies beside the bundle.
#[derive(Debug)]
pub struct Given {
    /// Files to judge.
    pub files: Files,
    /// Addenda and what they cover.
    pub around: Surroundings,
}

fn given(args: &Args, terminal: Terminal) -> Result<Given, Failure> {
    let addenda = addenda::read_beside(&args.bundle).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    if args.files.is_empty() {
        if args.bundle_only {
            return Ok(Given {
                files: Files::BundleOnly,
                around: measured_beside(&args.bundle, addenda, &BTreeMap::new())?,
            });
        }
        return Err(Failure::message(ExitStatus::Usage, "no shipped file was given to judge")
            .with_hint("Name the files or their folder, or say --bundle-only"));
    }
    if args.bundle_only {
        return Err(Failure::message(ExitStatus::Usage, "--bundle-only was said and files were given")
            .with_hint("Leave out one of the two"));
    }
    let named = named_files(&args.files, &args.bundle)?;
    let around = measured_beside(&args.bundle, addenda, &named)?;
    // Where there are addenda the products were just read for both digests.
    let digests = if around.addenda.is_empty() { hashed(named, terminal)? } else { around.product_digests() };
    Ok(Given { files: if args.partial { Files::Partial(digests) } else { Files::Whole(digests) }, around })
}

fn hashed(named: BTreeMap<String, PathBuf>, terminal: Terminal) -> Result<BTreeMap<String, Sha256Digest>, Failure> {
    let paths: Vec<PathBuf> = named.values().cloned().collect();
    let hashed = files::hash_many(&paths, terminal);
    named.into_keys().zip(hashed).map(|(name, hashed)| Ok((name, hashed.map_err(input)?.0))).collect()
}

/// What addenda cover, measured; nothing where there are none.
fn measured_beside(
    bundle: &Path,
    addenda: Vec<AddendumFile>,
    products: &BTreeMap<String, PathBuf>,
) -> Result<Surroundings, Failure> {
    if addenda.is_empty() { Ok(Surroundings::default()) } else { surroundings(bundle, addenda, products) }
}

/// Measures a container and its products, each in one reading.
///
/// # Errors
/// [`Failure`] with exit 3.
pub fn surroundings(
    bundle: &Path,
    addenda: Vec<AddendumFile>,
    products: &BTreeMap<String, PathBuf>,
) -> Result<Surroundings, Failure> {
    let bundle = Some(addenda::measure(bundle).map_err(input)?);
    let mut artifacts = BTreeMap::new();
    for (name, path) in products {
        artifacts.insert(name.clone(), addenda::measure(path).map_err(input)?);
    }
    Ok(Surroundings { bundle, artifacts, addenda })
}

/// Files by name: a file's own name, or its path below the folder given.
///
/// # Errors
/// [`Failure`] when a folder cannot be read, or a name stands twice.
pub fn named_files(given: &[PathBuf], bundle: &Path) -> Result<BTreeMap<String, PathBuf>, Failure> {
    let mut named = BTreeMap::new();
    for path in given {
        let found = if path.is_dir() {
            let mut listed = files::list_regular(path).map_err(input)?;
            listed.retain(|(_, path)| !is_bundle(path, bundle) && !addenda::is_addendum(path, bundle));
            listed
        } else {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            vec![(name, path.clone())]
        };
        for (name, path) in found {
            if let Some(other) = named.insert(name.clone(), path.clone()) {
                let message = format!("two files are named {name} ({} and {})", other.display(), path.display());
                return Err(Failure::message(ExitStatus::Usage, message).with_hint("Give each product once"));
            }
        }
    }
    Ok(named)
}

/// The bundle itself is no product, where it lies in a folder of products.
fn is_bundle(path: &Path, bundle: &Path) -> bool {
    matches!((path.canonicalize(), bundle.canonicalize()), (Ok(path), Ok(bundle)) if path == bundle)
}

/// Earlier releases whose seals verify under this trust file.
///
/// # Errors
/// [`Failure`] naming the bundle that does not.
pub fn earlier_releases(paths: &[PathBuf], trust: &Trust, day: &str) -> Result<Vec<Earlier>, Failure> {
    paths.iter().map(|path| earlier_release(path, trust, day)).collect()
}

fn earlier_release(path: &Path, trust: &Trust, day: &str) -> Result<Earlier, Failure> {
    let container = evidence_file::open(path).map_err(|error| unreadable(path, error))?;
    let read = previous::read(container.entries.as_map(), container.sha256, trust, day);
    read.map_err(|problem| {
        let message = format!("earlier release {} does not verify: {}", path.display(), problem.sentence);
        Failure::message(ExitStatus::Input, message).with_hint("Give a sealed bundle that your trust file covers")
    })
}

fn unreadable(path: &Path, error: evidence_file::EvidenceFileError) -> Failure {
    if !path.exists() {
        return Failure::message(ExitStatus::Input, format!("{} is not there", path.display()))
            .with_hint("Correct the path; nothing was judged");
    }
    Failure::new(ExitStatus::Input, error)
        .with_hint("Do not ship: nothing was judged. The file is damaged, cut off, packed again or no evidence bundle; fetch it again from where it was released")
}

fn print(judgement: &Judgement, format: Format, terminal: Terminal) -> Result<(), Failure> {
    let text = match format {
        Format::Human => report::judgement::human(judgement, terminal.colour),
        Format::Json => {
            let bytes = crate::model::json::encode(judgement).map_err(internal)?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    terminal.result(&text);
    Ok(())
}
