//! `batchseal sbom declare`: the files of declared components against their record.

use std::path::PathBuf;

use crate::adapters::declared_files::{self, COMPONENTS_NAME};
use crate::adapters::files;
use crate::adapters::terminal::Terminal;
use crate::commands::failure::{Failure, input, usage};
use crate::exit::ExitStatus;
use crate::model::text::{counted, for_terminal};
use crate::sbom::declared::record;

/// Arguments of `batchseal sbom declare`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal sbom declare --path .
  batchseal sbom declare --path . --update

Without --update the files that components.toml covers are held against components.lock, which lies
beside it, and every file that changed, is gone or is new is named. components.toml itself is never written.")]
pub(super) struct Args {
    /// Folder that the paths in components.toml begin in
    #[arg(long, default_value = ".", value_name = "DIR")]
    path: PathBuf,
    /// The declared components (default: components.toml in the folder)
    #[arg(long, value_name = "FILE")]
    components: Option<PathBuf>,
    /// Write components.lock: the files are now as they should be
    #[arg(long)]
    update: bool,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`]: 2 for what is wrong in `components.toml`, 3 for files that are not as recorded.
pub(super) fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let path = args.components.clone().unwrap_or_else(|| args.path.join(COMPONENTS_NAME));
    let declared = declared_files::load_components(&path).map_err(usage)?;
    let refused = |error| Failure::new(ExitStatus::Input, error);
    let covered = if args.update {
        declared_files::cover(&args.path, &declared, terminal).map_err(refused)?
    } else {
        declared_files::verified(&args.path, &path, &declared, terminal).map_err(refused)?
    };
    if let Some((purl, _)) = covered.iter().find(|(_, files)| files.is_empty()) {
        let message = format!("{}: {purl}: its files match nothing", path.display());
        return Err(Failure::message(ExitStatus::Input, message).with_hint("correct its files in components.toml"));
    }
    if args.update {
        files::write_atomic(&declared_files::record_path(&path), &record::encode(&covered)).map_err(input)?;
    }
    for own in &declared.components {
        let Some(files) = covered.get(&own.purl) else { continue };
        let digest = record::digest_of(files, own.is_single_file()).to_hex();
        let count = counted(files.len(), "file", "files");
        terminal.result(&format!("{digest}  {}  {count}\n", for_terminal(&own.purl)));
        if own.sha256.is_some_and(|declared| declared.to_hex() != digest) {
            let shown = for_terminal(&own.purl);
            terminal.diagnostic(&format!("warning: {shown}: sha256 in {COMPONENTS_NAME} is another one; correct it"));
        }
    }
    Ok(ExitStatus::Done)
}
