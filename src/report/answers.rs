//! What people answered inside their approvals, beside the question that they were asked.

use std::collections::BTreeMap;

use crate::evidence::assemble;
use crate::model::approval::Answer;
use crate::model::outcome::CheckId;
use crate::model::result::GateResult;

/// Questions by the check that asks.
pub(super) type Questions = BTreeMap<CheckId, String>;

/// What the candidate gate left to people.
pub(super) fn questions(gate: &GateResult) -> Questions {
    assemble::pending(gate).into_iter().collect()
}

/// One line each: the check, its question, the answer and the note.
pub(super) fn lines(answers: &[Answer], questions: &Questions) -> Vec<String> {
    let line = |answer: &Answer| {
        let question =
            questions.get(&answer.check).map_or("(a question that the record does not hold)", String::as_str);
        format!("{}: {question} {}: {}", answer.check, answer.answer.as_str(), answer.note)
    };
    answers.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::{Questions, lines};
    use crate::model::approval::{Answer, AnswerKind};
    use crate::model::outcome::CheckId;

    #[test]
    fn an_answer_stands_beside_its_question() {
        let answer = |check| Answer {
            check: CheckId::new(check),
            answer: AnswerKind::Accepted,
            note: "planned".to_owned(),
            evidence_sha256: None,
        };
        let questions = Questions::from([(CheckId::new(16), "is it acceptable: pkg:cargo/a@1?".to_owned())]);
        let shown = lines(&[answer(16), answer(17)], &questions);
        assert_eq!(shown[0], "RG-16: is it acceptable: pkg:cargo/a@1? accepted: planned");
        assert!(shown[1].contains("does not hold"), "{}", shown[1]);
    }
}
