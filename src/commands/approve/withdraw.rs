//! `batchseal approve --withdraw`: a person takes an approval of their own back, before sealing.

use crate::adapters::approvals::{self, WITHDRAWAL};
use crate::adapters::clock;
use crate::adapters::dialogue::Dialogue;
use crate::adapters::person_key::Passphrase;
use crate::adapters::terminal::Terminal;
use crate::commands::failure::Failure;
use crate::evidence::approval::CandidateView;
use crate::evidence::approval_withdrawal::{self, WithdrawalRequestError, withdrawal_statement};
use crate::evidence::signatory::holder;
use crate::exit::ExitStatus;
use crate::policy::trust::Trust;

use super::summary::Page;
use super::{Args, Signing, check_name, confirm, open_key, others, sign, supplied_passphrase, unnamed};

/// Shows what is taken back, asks, signs, verifies, writes beside the approval.
pub(super) fn run(
    args: &Args,
    terminal: Terminal,
    view: &CandidateView,
    trust: &Trust,
    prompt: &mut dyn Dialogue,
) -> Result<ExitStatus, Failure> {
    let (Some(folder), Some(reason)) = (&args.approvals, &args.reason) else {
        return Err(unnamed("--approvals and --reason"));
    };
    let usage = |error: WithdrawalRequestError| match error {
        WithdrawalRequestError::Text(error) => Failure::new(ExitStatus::Usage, error),
        several @ WithdrawalRequestError::Several { .. } => {
            Failure::plain(ExitStatus::Usage, several).with_hint("Name the role with --role")
        }
        other => Failure::plain(ExitStatus::Usage, other).with_hint("A rejection stands; make a new candidate instead"),
    };
    let key = open_key(args)?;
    let today = clock::now().in_utc().date();
    let person =
        holder(trust, key.public_key().key_data(), &today).map_err(|error| Failure::new(ExitStatus::Usage, error))?;
    check_name(args, person)?;
    let others = others::all_of(folder, view, trust, &today)?;
    let own = match approval_withdrawal::own(&others, person, args.role.as_ref()) {
        Err(none @ WithdrawalRequestError::None { .. }) => {
            return Err(Failure::plain(ExitStatus::Usage, none)
                .with_hint("Name the folder that holds your approval with --approvals"));
        }
        other => other.map_err(usage)?,
    };
    let supplied = supplied_passphrase(args.passphrase_env.as_deref(), args.passphrase_fd)?;
    let said = &own.approval.predicate;
    let mut page = Page::default();
    page.line("This is what you are about to take back.");
    page.row("batch", &format!("{} {}", said.device, said.version));
    page.row("approval", &format!("{} of {} ({})", said.role, said.signed_at, own.name));
    page.row("meaning", &format!("\"{}\"", said.meaning));
    page.row("reason", reason);
    prompt.show(&page.text);
    confirm(args, view, "WITHDRAW your approval", prompt)?;
    let mut passphrase = supplied.map_or_else(|| Passphrase::Typed(prompt), Passphrase::Supplied);
    let signing = approval_withdrawal::Signing {
        at: clock::now(),
        authentication: key.authentication(&passphrase),
        stamped: args.timestamp_authority.is_some(),
    };
    let statement = withdrawal_statement(view, own, reason.trim(), signing).map_err(usage)?;
    let bytes = statement.encode().map_err(|error| Failure::plain(ExitStatus::Internal, error))?;
    let name = format!("{}.{WITHDRAWAL}", own.name);
    let place = Signing { view, trust, timestamp_authority: args.timestamp_authority.as_deref(), name };
    let pair = sign(bytes, &key, &mut passphrase, place, &signing.at.in_utc().date())?;
    let out = args.out.as_ref().unwrap_or(folder);
    let written = approvals::write_pair(out, &pair).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let mut page = Page::default();
    page.line(&format!("withdrawn: the approval of {} as {} of {}", said.printed_name, said.role, said.signed_at));
    for path in written {
        page.line(&format!("  {}", path.display()));
    }
    terminal.result(&page.text);
    Ok(ExitStatus::Done)
}
