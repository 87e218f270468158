//! A judgement as text for a terminal: the answer first, then why.

use crate::evidence::judgement::{Answer, Judgement, Step};
use crate::model::approval::Decision;
use crate::model::text::for_terminal;

use super::gate;

/// Colours, where the terminal shows them.
#[derive(Debug, Clone, Copy)]
pub struct Paint(pub bool);

impl Paint {
    fn wrap(self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Green for what holds, yellow for people, red for the rest; padded before it is coloured.
    #[must_use]
    pub fn outcome(self, word: &str) -> String {
        let padded = format!("{word:<15}");
        match word {
            "satisfied" => self.wrap("32", &padded),
            "needs-human" => self.wrap("33", &padded),
            "not-applicable" => self.wrap("2", &padded),
            _ => self.wrap("31;1", &padded),
        }
    }

    /// The verdict in bold.
    #[must_use]
    pub fn verdict(self, word: &str) -> String {
        self.wrap(
            if word == "PASSED" {
                "32;1"
            } else if word == "PENDING" {
                "33;1"
            } else {
                "31;1"
            },
            word,
        )
    }

    /// Whether a profile is complete, in bold.
    #[must_use]
    pub fn completeness(self, complete: bool) -> String {
        if complete { self.wrap("32;1", "complete") } else { self.wrap("31;1", "not complete") }
    }

    fn sign(self, sound: bool) -> String {
        if sound { self.wrap("32", "ok") } else { self.wrap("31;1", "NO") }
    }
}

/// The whole text.
#[must_use]
pub fn human(judgement: &Judgement, colour: bool) -> String {
    let paint = Paint(colour);
    let mut text = format!("{}: {}\n\n", paint.verdict(judgement.answer.as_str()), for_terminal(&judgement.sentence));
    if let Some(batch) = &judgement.batch {
        text.push_str(&format!(
            "Batch    {} {}, tag {}, commit {}, by {}\n",
            batch.device.name,
            batch.version,
            for_terminal(&batch.tag),
            batch.commit,
            for_terminal(&batch.device.manufacturer)
        ));
    }
    text.push_str(&format!("Bundle   {}\n", judgement.bundle_sha256));
    if let Some(sha256) = judgement.trust.sha256 {
        let serial = judgement.trust.serial.map(|serial| format!(", serial {serial}")).unwrap_or_default();
        text.push_str(&format!("Trust    {sha256}{serial}\n"));
    }
    for person in &judgement.people {
        let verb = if person.decision == Decision::Approved { "approved" } else { "REJECTED" };
        text.push_str(&format!(
            "Person   {} {verb} as {} at {} by the own clock{} ({})\n",
            for_terminal(&person.name),
            person.role,
            person.signed_at,
            person.stamped_at.map(|time| format!(", stamped {time}")).unwrap_or_default(),
            for_terminal(&person.meaning)
        ));
    }
    for withdrawn in &judgement.withdrawals {
        text.push_str(&format!(
            "Withdrew {} the approval as {} at {} by the own clock, so that it does not count ({})\n",
            for_terminal(&withdrawn.name),
            withdrawn.role,
            withdrawn.signed_at,
            for_terminal(&withdrawn.reason)
        ));
    }
    for artifact in &judgement.artifacts {
        text.push_str(&format!("Product  {} {} ({} bytes)\n", artifact.name, artifact.sha256, artifact.size));
    }
    text.push('\n');
    for step in &judgement.steps {
        text.push_str(&step_lines(step, paint));
    }
    if judgement.answer != Answer::Passed && !judgement.checks.is_empty() {
        text.push_str("\nRelease gate, evaluated again:\n");
        text.push_str(&gate::checks(&judgement.checks, colour));
    }
    for setting in &judgement.unsafe_settings {
        text.push_str(&format!("\n{} the trust file sets [unsafe] {setting} = true", paint.wrap("33;1", "UNSAFE")));
    }
    text.push_str("\nNot judged:\n");
    for words in &judgement.not_judged {
        text.push_str(&format!("  - {}\n", for_terminal(words)));
    }
    text
}

fn step_lines(step: &Step, paint: Paint) -> String {
    let mut text = format!("{:>3}. {}  {}\n", step.number, paint.sign(step.problems.is_empty()), step.title);
    for problem in &step.problems {
        text.push_str(&format!("         {}\n", for_terminal(&problem.sentence)));
    }
    if step.problems.is_empty() {
        for held in &step.held {
            text.push_str(&format!("         {}\n", for_terminal(held)));
        }
    }
    text
}
