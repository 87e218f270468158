//! What keeps a recording from beginning or from being kept: said all together, each with its way out.

use std::borrow::Cow;

use crate::adapters::terminal::Terminal;
use crate::exit::ExitStatus;
use crate::model::text::for_terminal;

use super::failure::Failure;

/// One reason not to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub what: String,
    /// The next step.
    next: Cow<'static, str>,
    /// Whether it can be recorded for the gate to fail; what cannot is not overridden either, since the
    /// evidence would break off after the whole build.
    recordable: bool,
}

impl Refusal {
    /// What would make the record untrue or fail the gate.
    pub fn finding(what: impl Into<String>, next: impl Into<Cow<'static, str>>) -> Self {
        Self { what: what.into(), next: next.into(), recordable: true }
    }

    /// What would keep the evidence from being made at all.
    pub fn obstacle(what: impl Into<String>, next: impl Into<Cow<'static, str>>) -> Self {
        Self { what: what.into(), next: next.into(), recordable: false }
    }
}

/// Exit 3, unless everything refused can be recorded for the gate to fail and that was asked for.
///
/// # Errors
/// [`Failure`] that lists every refusal.
pub fn refuse_or_note(refusals: &[Refusal], anyway: bool, terminal: Terminal) -> Result<(), Failure> {
    let recordable = refusals.iter().all(|refusal| refusal.recordable);
    if anyway && recordable {
        for refusal in refusals {
            terminal.diagnostic(&format!("warning: recorded anyway: {}", for_terminal(&refusal.what)));
        }
        return Ok(());
    }
    if refusals.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> =
        refusals.iter().map(|refusal| format!("  {}\n    {}", refusal.what, refusal.next)).collect();
    let hint = if recordable {
        "Mend each point; --unsafe-record-anyway records it for the gate to fail"
    } else {
        "Mend each point and run this again"
    };
    Err(Failure::message(ExitStatus::Input, format!("recording refused:\n{}", lines.join("\n"))).with_hint(hint))
}
