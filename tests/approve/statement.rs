//! The pure construction of an approval.

use batchseal::evidence::approval::{ApprovalRequest, ApprovalRequestError, CandidateView, approval_statement};
use batchseal::model::approval::{Answer, AnswerKind, Authentication, Decision};
use batchseal::model::digest::Sha256Digest;
use batchseal::model::outcome::CheckId;
use batchseal::model::role::Role;
use batchseal::model::time::Timestamp;

use crate::scene::view;

const ASKED: [CheckId; 1] = [CheckId::new(26)];

fn answer(number: u8, answer: AnswerKind) -> Answer {
    Answer { check: CheckId::new(number), answer, note: "seen".to_owned(), evidence_sha256: None }
}

fn request<'a>(view: &'a CandidateView, role: &'a Role) -> ApprovalRequest<'a> {
    ApprovalRequest {
        view,
        printed_name: "Software Reviewer (example)",
        role,
        deputy_for: None,
        decision: Decision::Approved,
        reason: None,
        asked: &ASKED,
        answers: vec![answer(26, AnswerKind::Accepted)],
        signed_at: Timestamp::from_unix(1_770_000_000).unwrap(),
        authentication: Authentication::Agent,
        stamped: false,
        other_approvals: Vec::new(),
    }
}

fn role(text: &str) -> Role {
    Role::parse(text).unwrap()
}

#[test]
fn binds_the_record_and_its_signed_form() {
    let (view, reviewer) = (view(), role("reviewer"));
    let statement = approval_statement(request(&view, &reviewer)).unwrap();
    assert_eq!(statement.subject_digest("record.json"), Some(view.record_sha256));
    assert_eq!(statement.subject_digest("record.sigstore.json"), Some(view.record_signed_sha256));
    assert_eq!(statement.subject.len(), 2);
    let again = approval_statement(request(&view, &reviewer)).unwrap();
    assert_eq!(statement.encode().unwrap(), again.encode().unwrap());
}

#[test]
fn refuses_printed_names_that_deceive() {
    let (view, reviewer) = (view(), role("reviewer"));
    let long = "n".repeat(201);
    for name in ["", "  ", " padded", "two\nlines", "bell\u{7}", "reversed \u{202e}eman", "zero\u{200b}width", &long] {
        let refused = approval_statement(ApprovalRequest { printed_name: name, ..request(&view, &reviewer) });
        assert!(matches!(refused, Err(ApprovalRequestError::Text { .. })), "{name:?}");
    }
    for name in ["Jürgen Groß (example)", "山田 (example)", &"n".repeat(200)] {
        assert!(approval_statement(ApprovalRequest { printed_name: name, ..request(&view, &reviewer) }).is_ok());
    }
}

#[test]
fn a_rejection_has_a_reason_and_an_approval_has_none() {
    let (view, reviewer) = (view(), role("reviewer"));
    let make = |decision, reason| approval_statement(ApprovalRequest { decision, reason, ..request(&view, &reviewer) });
    assert!(make(Decision::Rejected, Some("broken")).is_ok());
    assert!(matches!(make(Decision::Rejected, None), Err(ApprovalRequestError::ReasonMissing)));
    assert!(matches!(make(Decision::Rejected, Some(" ")), Err(ApprovalRequestError::Text { .. })));
    assert!(matches!(make(Decision::Approved, Some("why")), Err(ApprovalRequestError::ReasonUnasked)));
}

#[test]
fn answers_cover_exactly_what_is_asked() {
    let (view, reviewer) = (view(), role("reviewer"));
    let make = |asked: &[CheckId], answers| {
        approval_statement(ApprovalRequest { asked, answers, ..request(&view, &reviewer) }).map(|_| ())
    };
    let yes = |number| answer(number, AnswerKind::Accepted);
    assert_eq!(make(&ASKED, vec![yes(26)]), Ok(()));
    assert!(matches!(make(&ASKED, vec![]), Err(ApprovalRequestError::Unanswered(_))));
    assert_eq!(make(&ASKED, vec![yes(26), yes(26)]), Err(ApprovalRequestError::AnsweredTwice(CheckId::new(26))));
    assert_eq!(make(&ASKED, vec![yes(26), yes(2)]), Err(ApprovalRequestError::NotAsked(CheckId::new(2))));
    assert_eq!(make(&[], vec![yes(26)]), Err(ApprovalRequestError::NotAsked(CheckId::new(26))));
    assert_eq!(make(&[CheckId::new(2)], vec![yes(2)]), Err(ApprovalRequestError::NotAsked(CheckId::new(2))));
    let no = vec![answer(26, AnswerKind::Rejected)];
    assert_eq!(make(&ASKED, no), Err(ApprovalRequestError::Contradiction(CheckId::new(26))));
}

#[test]
fn only_the_authoriser_lists_others_and_must() {
    let (view, reviewer, authoriser) = (view(), role("reviewer"), role("authoriser"));
    let digest = Sha256Digest::of(b"review");
    let make = |role, other_approvals| {
        approval_statement(ApprovalRequest { other_approvals, ..request(&view, role) }).map(|_| ())
    };
    assert_eq!(make(&authoriser, vec![digest]), Ok(()));
    assert!(matches!(make(&authoriser, vec![]), Err(ApprovalRequestError::Others { got: 0, .. })));
    assert!(matches!(make(&authoriser, vec![digest, digest]), Err(ApprovalRequestError::Others { .. })));
    assert!(matches!(make(&reviewer, vec![digest]), Err(ApprovalRequestError::Others { got: 1, .. })));
    let rejects = ApprovalRequest {
        decision: Decision::Rejected,
        reason: Some("broken"),
        answers: Vec::new(),
        ..request(&view, &authoriser)
    };
    assert!(approval_statement(rejects).is_ok(), "a rejection waits for nobody");
}
