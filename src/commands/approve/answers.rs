//! The person's answers: from options, else asked one by one.

use crate::adapters::dialogue::Dialogue;
use crate::commands::failure::Failure;
use crate::evidence::approval::ApprovalRequestError;
use crate::exit::ExitStatus;
use crate::model::approval::{Answer, AnswerKind, Decision};
use crate::model::outcome::{CheckId, CheckIdError};

use super::{Args, Said};

/// One `--answer`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenAnswer(pub Answer);

/// Why an `--answer` was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GivenAnswerError {
    /// No `=` or no `:`.
    #[error("answer {0:?} is malformed (expected RG-NN=accept:NOTE or RG-NN=reject:NOTE)")]
    Shape(String),
    /// Not a check id.
    #[error(transparent)]
    Check(#[from] CheckIdError),
}

impl GivenAnswer {
    /// Reads `RG-NN=accept:NOTE` or `RG-NN=reject:NOTE`.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn parse(text: &str) -> Result<Self, GivenAnswerError> {
        let shape = || GivenAnswerError::Shape(text.chars().take(80).collect());
        let (id, rest) = text.split_once('=').ok_or_else(shape)?;
        let (word, note) = rest.split_once(':').ok_or_else(shape)?;
        let answer = match word {
            "accept" => AnswerKind::Accepted,
            "reject" => AnswerKind::Rejected,
            _ => return Err(shape()),
        };
        let check = CheckId::parse(id)?;
        Ok(Self(Answer { check, answer, note: note.trim().to_owned(), evidence_sha256: None }))
    }
}

/// Takes the options, asks for the rest. A rejected check turns an interactive approval into a
/// rejection of the batch, for which a reason is asked.
pub(super) fn collect(args: &Args, asked: &[&(CheckId, String)], prompt: &mut dyn Dialogue) -> Result<Said, Failure> {
    let mut answers: Vec<Answer> = args.answers.iter().map(|given| given.0.clone()).collect();
    let mut reject = args.reject;
    if !reject {
        let open: Vec<&(CheckId, String)> =
            asked.iter().copied().filter(|(id, _)| !answers.iter().any(|answer| answer.check == *id)).collect();
        if !open.is_empty() && !prompt.is_interactive() {
            let missing = open.iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>().join(", ");
            return Err(Failure::new(ExitStatus::Usage, ApprovalRequestError::Unanswered(missing)));
        }
        for (index, (id, question)) in open.iter().enumerate() {
            prompt.show(&crate::model::text::for_terminal(&format!(
                "\u{2014} question {} of {}: {id}",
                index + 1,
                open.len()
            )));
            let answer = ask_one(*id, question, prompt)?;
            answers.push(answer);
        }
        reject = prompt.is_interactive() && answers.iter().any(|answer| answer.answer == AnswerKind::Rejected);
        if reject {
            prompt.show("A check is rejected, so your signature will mean: \"rejected this batch\".");
        }
    }
    let decision = if reject { Decision::Rejected } else { Decision::Approved };
    Ok(Said { decision, reason: reason(args, decision, prompt)?, answers })
}

fn reason(args: &Args, decision: Decision, prompt: &mut dyn Dialogue) -> Result<Option<String>, Failure> {
    match (decision, &args.reason) {
        (Decision::Approved, _) => Ok(None),
        (Decision::Rejected, Some(reason)) => Ok(Some(reason.trim().to_owned())),
        (Decision::Rejected, None) if !prompt.is_interactive() => {
            Err(Failure::new(ExitStatus::Usage, ApprovalRequestError::ReasonMissing))
        }
        (Decision::Rejected, None) => ask_text("Why is the batch rejected?", prompt).map(Some),
    }
}

fn ask_one(check: CheckId, question: &str, prompt: &mut dyn Dialogue) -> Result<Answer, Failure> {
    let answer = loop {
        match ask(&format!("{question} [accept/reject]"), prompt)?.to_ascii_lowercase().as_str() {
            "accept" | "a" | "yes" | "y" => break AnswerKind::Accepted,
            "reject" | "r" | "no" | "n" => break AnswerKind::Rejected,
            _ => prompt.show("Please answer accept or reject."),
        }
    };
    let note = ask_text("Note (what you looked at, and why):", prompt)?;
    Ok(Answer { check, answer, note, evidence_sha256: None })
}

fn ask_text(question: &str, prompt: &mut dyn Dialogue) -> Result<String, Failure> {
    loop {
        let text = ask(question, prompt)?;
        if !text.is_empty() {
            return Ok(text);
        }
        prompt.show("A few words are needed; they are part of what you sign.");
    }
}

fn ask(question: &str, prompt: &mut dyn Dialogue) -> Result<String, Failure> {
    let answer = prompt.ask(question).map_err(|error| Failure::new(ExitStatus::Usage, error))?;
    Ok(answer.trim().to_owned())
}
