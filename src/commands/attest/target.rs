//! Where evidence goes: into an open batch, or into a new candidate of the same products (late evidence).

use std::path::{Path, PathBuf};

use crate::adapters::batch_folder::BatchFolder;
use crate::adapters::terminal::Terminal;
use crate::adapters::{evidence_file, files};
use crate::attestation::sign::Signer;
use crate::commands::failure::{Failure, input};
use crate::commands::{gate, problems, session, verify};
use crate::evidence::candidate;
use crate::evidence::layout::{self, RECORD_ENTRIES};
use crate::exit::ExitStatus;
use crate::model::batch::BATCH_ENTRY;
use crate::model::entry::countersigner;
use crate::model::json;

/// `--batch` or `--to`.
#[derive(Debug, Clone, clap::Args)]
pub struct Target {
    /// Open batch folder
    #[arg(long, value_name = "DIR", required_unless_present = "to", conflicts_with = "to")]
    pub batch: Option<PathBuf>,
    /// Candidate: makes a new one of the same products, with this evidence too
    #[arg(long, value_name = "CANDIDATE")]
    pub to: Option<PathBuf>,
    /// With --to: judge under this trust file instead of the pipeline's own key
    #[arg(long, value_name = "FILE", requires = "to")]
    pub trust: Option<PathBuf>,
    /// With --to: earlier sealed bundle of this device (repeatable)
    #[arg(long, value_name = "BUNDLE", requires = "to")]
    pub previous: Vec<PathBuf>,
}

/// An open batch that evidence is added to.
pub(super) struct Open {
    pub(super) folder: BatchFolder,
    /// Held while a candidate is made again.
    _lock: Option<files::FolderLock>,
}

impl Target {
    /// Opens the batch; a candidate is verified and taken apart first.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) fn open(&self) -> Result<Open, Failure> {
        match (&self.batch, &self.to) {
            (_, Some(candidate)) => self.take_apart(candidate),
            (Some(batch), None) => Ok(Open { folder: BatchFolder::open(batch), _lock: None }),
            (None, None) => Err(Failure::message(ExitStatus::Usage, "neither --batch nor --to is given")
                .with_hint("Name the open batch with --batch, or a candidate with --to")),
        }
    }

    fn take_apart(&self, path: &Path) -> Result<Open, Failure> {
        let out = session::root_of(path);
        let lock = files::lock_exclusive(&out).map_err(input)?;
        let mut entries = evidence_file::open(path).map_err(|error| Failure::new(ExitStatus::Input, error))?.entries;
        verify::expect_candidate(path, &entries)?;
        let (policy, _) = session::policy_of(&entries)?;
        let key = session::signing_key_of_batch(&policy, None, None)?;
        let trust = session::trust_or_self(self.trust.as_deref(), &policy, &key, &entries, Path::new("."))?;
        {
            let map = entries.as_map();
            let index = layout::index(&map);
            let opened = candidate::open(map, index, &trust, &verify::day(None)?)
                .map_err(|found| problems::failure("candidate", &found))?;
            let earlier = &opened.record.predicate.previous;
            if self.previous.len() < earlier.len() {
                let named: Vec<String> = earlier.iter().map(|one| one.version.to_string()).collect();
                let message = format!(
                    "the candidate's record counts on {} earlier releases (got {} with --previous, expected {})",
                    earlier.len(),
                    self.previous.len(),
                    named.join(", ")
                );
                return Err(Failure::message(ExitStatus::Usage, message)
                    .with_hint("Give each earlier sealed bundle again with --previous"));
            }
        }
        // Further signatures are over the record that is replaced.
        entries.0.retain(|name, _| !RECORD_ENTRIES.contains(&name.as_str()) && countersigner(name).is_none());
        let batch = layout::get(&entries.as_map(), BATCH_ENTRY).unwrap_or_default().to_vec();
        let batch: crate::model::batch::Batch = json::decode(&batch).map_err(input)?;
        let folder = BatchFolder::at(&out, &batch.stem());
        folder.replace(&entries).map_err(input)?;
        Ok(Open { folder, _lock: Some(lock) })
    }

    /// Makes the new candidate, where one was asked for.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) fn finish(&self, open: &Open, key: &dyn Signer, terminal: Terminal) -> Result<ExitStatus, Failure> {
        let Some(path) = &self.to else { return Ok(ExitStatus::Done) };
        let out = session::root_of(path);
        let request = gate::Request {
            folder: &open.folder,
            out: &out,
            trust: self.trust.as_deref(),
            previous: &self.previous,
            key,
            root: Path::new("."),
        };
        let made = gate::make_candidate(&request, terminal)?;
        terminal.diagnostic("note: approvals of the earlier candidate do not count for this one");
        gate::show(&made.result, verify::Format::Human, terminal)?;
        Ok(gate::status(&made.result))
    }
}
