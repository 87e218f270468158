//! The other approvals that the authoriser signs over: each one read, verified and named when refused.

use std::path::Path;

use crate::adapters::approvals;
use crate::attestation::sshsig::When;
use crate::commands::failure::Failure;
use crate::evidence::approval::CandidateView;
use crate::evidence::approvals::{ApprovalFile, RefusedFile, sort_files};
use crate::evidence::roster::{self, NamedApproval, NamedWithdrawal, Others};
use crate::evidence::signatory::Signatory;
use crate::exit::ExitStatus;
use crate::model::role::Role;
use crate::policy::trust::Trust;

use super::{Args, binding};

/// Reads and verifies `--approvals`; an authoriser who approves needs every other required role.
pub(super) fn collect(
    args: &Args,
    role: &Role,
    view: &CandidateView,
    trust: &Trust,
    who: Signatory<'_>,
    today: &str,
) -> Result<Others, Failure> {
    if !role.is_authoriser() {
        return match &args.approvals {
            None => Ok(Others::default()),
            Some(_) => Err(Failure::message(
                ExitStatus::Usage,
                format!("--approvals is given for the role {role} (only the authoriser signs over others)"),
            )
            .with_hint("Leave --approvals out")),
        };
    }
    let others = match &args.approvals {
        None => Others::default(),
        Some(folder) => all_of(folder, view, trust, today)?,
    };
    if !args.reject {
        let status = if args.approvals.is_some() { ExitStatus::Input } else { ExitStatus::Usage };
        roster::judge_others(view, who, &others.standing).map_err(|error| {
            let rejected = matches!(error, roster::OthersError::Rejected { .. });
            Failure::new(if rejected { ExitStatus::NotPassed } else { status }, error)
        })?;
    }
    Ok(others)
}

/// Everything in a folder; what does not count is an error.
pub(super) fn all_of(folder: &Path, view: &CandidateView, trust: &Trust, today: &str) -> Result<Others, Failure> {
    let (others, refused) = read(folder, view, trust, today)?;
    match refused.into_iter().next() {
        None => Ok(others),
        Some((name, reason)) => {
            Err(Failure::message(ExitStatus::Input, format!("{name}.json does not count: {reason}"))
                .with_hint("Have it signed again over this candidate, or take it out of the folder"))
        }
    }
}

/// Everything in a folder, and what does not count.
pub(super) fn read(
    folder: &Path,
    view: &CandidateView,
    trust: &Trust,
    today: &str,
) -> Result<(Others, Vec<RefusedFile>), Failure> {
    let pairs = approvals::read_folder(folder).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let files = pairs.into_iter().map(|pair| ApprovalFile {
        stem: pair.name,
        statement: pair.statement,
        armour: pair.armour,
        stamp: pair.stamp,
    });
    let sorted = sort_files(files.collect(), binding(view), trust, When { day: today, between: None });
    let standing = sorted.standing.into_iter().map(|(file, approval)| NamedApproval { name: file.stem, approval });
    let withdrawn = sorted.withdrawn.into_iter().map(|(_, approval, file, withdrawal)| NamedWithdrawal {
        name: file.stem,
        withdrawal,
        approval,
    });
    let others = Others { standing: standing.collect(), withdrawn: withdrawn.collect() };
    Ok((others, sorted.refused.into_iter().map(|(file, reason)| (file.stem, reason)).collect()))
}
