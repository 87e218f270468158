//! `batchseal trust refresh`: a newer `trusted_root.json` by TUF, verified from a pinned root.

use std::path::PathBuf;

use crate::adapters::terminal::Terminal;
use crate::adapters::trust_roots::{self, RefreshError};
use crate::adapters::{clock, files};
use crate::attestation::sigstore::SigstoreRoot;
use crate::exit::ExitStatus;
use crate::model::digest::Sha256Digest;

use super::failure::{Failure, input};

/// Largest pinned root or trust root, in bytes.
const MAX_ROOT: u64 = 8 << 20;

/// Arguments of `batchseal trust refresh`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  batchseal trust refresh --root root.json --url https://tuf-repo-cdn.sigstore.dev --output trusted_root.json

The one anchor is the root.json that you give; get it from whoever runs the instance. A verifier's result changes with
the file: the digest of a trust file covers what it names.

Exit codes: 0 refreshed or unchanged, 1 what came cannot be believed, 2 usage, 3 input, 4 the repository is out of reach")]
pub struct Args {
    /// The pinned root.json of the TUF repository
    #[arg(long, value_name = "FILE")]
    pub root: PathBuf,
    /// Address of the TUF repository
    #[arg(long, value_name = "URL")]
    pub url: String,
    /// The trusted_root.json to replace
    #[arg(long, short, value_name = "FILE", default_value = trust_roots::TRUSTED_ROOT)]
    pub output: PathBuf,
    /// Folder for what was seen before, so that nothing older is taken [default: the user's cache]
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`]; then the file is as it was.
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let root = files::read(&args.root, MAX_ROOT).map_err(input)?;
    let old = if args.output.exists() { Some(files::read(&args.output, MAX_ROOT).map_err(input)?) } else { None };
    let new = trust_roots::refresh(&args.url, &root, args.cache.as_deref(), clock::now()).map_err(refused)?;
    SigstoreRoot::parse(&new).map_err(|error| Failure::plain(ExitStatus::NotPassed, error))?;
    let digest = |bytes: &Vec<u8>| Sha256Digest::of(bytes).to_string();
    let before = old.as_ref().map_or_else(|| "none".to_owned(), digest);
    let path = args.output.display();
    if old.as_ref() == Some(&new) {
        terminal.result(&format!("{path} is the newest\n  {before}\n"));
        return Ok(ExitStatus::Done);
    }
    files::write_atomic(&args.output, &new).map_err(input)?;
    terminal.result(&format!("wrote {path}\n  old {before}\n  new {}\n", digest(&new)));
    Ok(ExitStatus::Done)
}

fn refused(error: RefreshError) -> Failure {
    match error {
        RefreshError::Unusable(_) => Failure::plain(ExitStatus::Usage, error),
        RefreshError::OutOfReach(_) => {
            Failure::plain(ExitStatus::Remote, error).with_hint("Nothing was written; try again later")
        }
        RefreshError::Refused(_) => Failure::plain(ExitStatus::NotPassed, error)
            .with_hint("Nothing was written; compare --root with what the instance's operator publishes"),
    }
}
