//! The other approvals that the authoriser signs over: each one read, verified and named when refused.

use crate::adapters::approvals;
use crate::attestation::sshsig::{self, When};
use crate::commands::failure::Failure;
use crate::evidence::approval::CandidateView;
use crate::evidence::roster::{self, NamedApproval};
use crate::exit::ExitStatus;
use crate::policy::trust::{Person, Trust};

use super::{Args, Others, binding};

/// Reads and verifies `--approvals`; an authoriser who approves needs every other required role.
pub(super) fn collect(
    args: &Args,
    view: &CandidateView,
    trust: &Trust,
    person: &Person,
    today: &str,
) -> Result<Others, Failure> {
    if !args.role.is_authoriser() {
        return match &args.approvals {
            None => Ok(Vec::new()),
            Some(_) => Err(Failure::message(
                ExitStatus::Usage,
                format!("--approvals is given for the role {} (only the authoriser signs over others)", args.role),
            )
            .with_hint("Leave --approvals out")),
        };
    }
    let others = match &args.approvals {
        None => Vec::new(),
        Some(folder) => {
            let pairs = approvals::read_folder(folder).map_err(|error| Failure::new(ExitStatus::Input, error))?;
            pairs.into_iter().map(|pair| verify(pair, view, trust, today)).collect::<Result<Others, Failure>>()?
        }
    };
    if !args.reject {
        let status = if args.approvals.is_some() { ExitStatus::Input } else { ExitStatus::Usage };
        roster::judge_others(view, person, &others).map_err(|error| {
            let rejected = matches!(error, roster::OthersError::Rejected { .. });
            Failure::new(if rejected { ExitStatus::NotPassed } else { status }, error)
        })?;
    }
    Ok(others)
}

fn verify(
    pair: approvals::ApprovalFiles,
    view: &CandidateView,
    trust: &Trust,
    today: &str,
) -> Result<NamedApproval, Failure> {
    let when = When { day: today, between: None };
    match sshsig::verify_approval(&pair.statement, &pair.armour, pair.stamp.as_deref(), binding(view), trust, when) {
        Ok(approval) => Ok(NamedApproval { name: pair.name, approval }),
        Err(error) => Err(Failure::message(ExitStatus::Input, format!("{}.json does not count: {error}", pair.name))
            .with_hint("Have it signed again over this candidate, or take it out of the folder")),
    }
}
