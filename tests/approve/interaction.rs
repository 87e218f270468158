//! What is shown, asked, signed and written.

use batchseal::exit::ExitStatus;
use batchseal::model::approval::{AnswerKind, Authentication, Decision};
use ssh_key::{LineEnding, PrivateKey};

use crate::scene::{REVIEWER, Scene, Script, told};

const ACCEPT: [&str; 2] = ["--answer", "RG-26=accept:compared the report with the build"];

#[test]
fn a_reviewer_approves_in_a_conversation() {
    let scene = Scene::new();
    let mut person = Script::typing(&["perhaps", "accept", "", "looked at the run", "1.4.0"]);
    scene.approve("reviewer", "reviewer", &[], &mut person).unwrap();
    let approval = scene.only();
    let said = &approval.predicate;
    assert_eq!((said.decision, said.role.as_str()), (Decision::Approved, "reviewer"));
    assert_eq!((said.printed_name.as_str(), approval.signer()), (REVIEWER, REVIEWER));
    assert_eq!((said.meaning.as_str(), said.reason.as_ref()), ("verified the batch record", None));
    assert_eq!(said.authentication, Authentication::KeyFileWithoutPassphrase);
    assert_eq!((said.answers.len(), said.answers[0].answer), (1, AnswerKind::Accepted));
    assert_eq!(said.answers[0].note, "looked at the run");
    assert_eq!(said.udi, scene.view.batch.udi);
    assert!(said.other_approvals.is_empty());
}

#[test]
fn shows_everything_that_is_signed_and_escapes_foreign_text() {
    let scene = Scene::new();
    let mut person = Script::absent();
    scene.approve("reviewer", "reviewer", &[&ACCEPT[..], &["--yes"]].concat(), &mut person).unwrap();
    let digest = |digest: batchseal::model::digest::Sha256Digest| digest.to_string();
    for expected in [
        "pump of Example Devices (demo)",
        "1.4.0",
        "00860000000109",
        "demo (NOT for distribution)",
        &digest(scene.view.record_sha256),
        &digest(scene.view.record_signed_sha256),
        &digest(scene.view.artifacts[0].sha256),
        "PENDING",
        "warning RG-20",
        "not applicable RG-30 requirement 30 holds (not-applicable): the device is not implantable",
        "waits for a person RG-26",
        "FAILED attestations/tests-unit.sigstore.json: 41 passed, 1 skipped or flaky, 21 failed",
        "FAILED alarm::sounds_0",
        "and 1 more",
        "first release   yes",
        "build failed",
        "concessions     0",
        "no-trusted-time",
        "\"verified the batch record\"",
        REVIEWER,
    ] {
        assert!(person.shown.contains(expected), "{expected}\n{}", person.shown);
    }
    assert!(person.shown.contains("\\u{1b}[31mold") && !person.shown.contains('\u{1b}'), "{}", person.shown);
}

#[test]
fn a_rejection_needs_no_answers_but_a_reason() {
    let scene = Scene::new();
    let options = ["--reject", "--reason", "the hazard analysis is missing", "--yes"];
    scene.approve("reviewer", "reviewer", &options, &mut Script::absent()).unwrap();
    let approval = scene.only();
    assert_eq!(approval.predicate.decision, Decision::Rejected);
    assert_eq!(approval.predicate.meaning, "rejected this batch");
    assert_eq!(approval.predicate.reason.as_deref(), Some("the hazard analysis is missing"));

    let silent = Scene::new();
    let failure = silent.approve("reviewer", "reviewer", &["--reject", "--yes"], &mut Script::absent()).unwrap_err();
    assert_eq!(told(&failure).0, ExitStatus::Usage);
    assert!(silent.written().is_empty());
}

#[test]
fn a_rejected_check_turns_the_conversation_into_a_rejection() {
    let scene = Scene::new();
    let mut person = Script::typing(&["reject", "another build was tested", "tests are of another build", "1.4.0"]);
    scene.approve("reviewer", "reviewer", &[], &mut person).unwrap();
    let approval = scene.only();
    assert_eq!(approval.predicate.decision, Decision::Rejected);
    assert_eq!(approval.predicate.reason.as_deref(), Some("tests are of another build"));
    assert_eq!(approval.predicate.answers[0].answer, AnswerKind::Rejected);
    assert!(person.shown.contains("To REJECT with your signature"), "{}", person.shown);
}

#[test]
fn without_a_terminal_a_rejected_check_must_come_with_reject() {
    let scene = Scene::new();
    let answer = ["--answer", "RG-26=reject:another build was tested", "--yes"];
    let failure = scene.approve("reviewer", "reviewer", &answer, &mut Script::absent()).unwrap_err();
    let (status, text) = told(&failure);
    assert!(status == ExitStatus::Usage && text.contains("RG-26") && text.contains("--reject"), "{text}");
    assert!(scene.written().is_empty());
    let both = [&answer[..], &["--reject", "--reason", "tests are of another build"]].concat();
    scene.approve("reviewer", "reviewer", &both, &mut Script::absent()).unwrap();
    assert_eq!(scene.only().predicate.decision, Decision::Rejected);
}

#[test]
fn names_the_missing_answers_when_nobody_can_be_asked() {
    let scene = Scene::new();
    let failure = scene.approve("reviewer", "reviewer", &["--yes"], &mut Script::absent()).unwrap_err();
    let (status, text) = told(&failure);
    assert_eq!(status, ExitStatus::Usage);
    assert!(text.contains("answers are missing: RG-26"), "{text}");
    assert!(scene.written().is_empty());
}

#[test]
fn nothing_is_signed_without_the_typed_version_or_yes() {
    let scene = Scene::new();
    let mistyped = scene.approve("reviewer", "reviewer", &ACCEPT, &mut Script::typing(&["1.4.1"])).unwrap_err();
    assert_eq!(told(&mistyped).0, ExitStatus::Usage);
    let absent = scene.approve("reviewer", "reviewer", &ACCEPT, &mut Script::absent()).unwrap_err();
    assert!(told(&absent).1.contains("--yes"));
    let hung_up = scene.approve("reviewer", "reviewer", &ACCEPT, &mut Script::typing(&[])).unwrap_err();
    assert_eq!(told(&hung_up).0, ExitStatus::Usage);
    assert!(scene.written().is_empty());
    scene.approve("reviewer", "reviewer", &ACCEPT, &mut Script::typing(&["1.4.0"])).unwrap();
}

#[test]
fn two_laptops_of_one_person_do_not_collide() {
    let scene = Scene::new();
    for key in ["reviewer", "reviewer-laptop"] {
        scene.approve("reviewer", key, &[&ACCEPT[..], &["--yes"]].concat(), &mut Script::absent()).unwrap();
    }
    let pairs = scene.written();
    assert_eq!(pairs.len(), 2);
    for pair in &pairs {
        assert_eq!(scene.verify(pair).signer(), REVIEWER);
        let (role, short) = pair.name.split_once('-').unwrap();
        assert!(
            role == "reviewer" && short.len() == 16 && short.bytes().all(|b| b.is_ascii_hexdigit()),
            "{}",
            pair.name
        );
    }
}

#[test]
fn a_finished_approval_is_never_overwritten_and_an_unfinished_one_is_replaced() {
    let scene = Scene::new();
    scene.review();
    let before = scene.written();
    let reject = ["--reject", "--reason", "second thoughts", "--yes"];
    let failure = scene.approve("reviewer", "reviewer", &reject, &mut Script::absent()).unwrap_err();
    assert!(told(&failure).1.contains("holds another approval already"), "{:?}", told(&failure));
    assert_eq!(scene.written(), before);

    std::fs::remove_file(scene.path("out").join(format!("{}.sshsig", before[0].name))).unwrap();
    scene.approve("reviewer", "reviewer", &reject, &mut Script::absent()).unwrap();
    assert_eq!(scene.only().predicate.decision, Decision::Rejected);
}

#[test]
fn asks_for_the_passphrase_of_an_encrypted_key_after_the_confirmation() {
    let scene = Scene::new();
    let path = scene.path("reviewer");
    let key = PrivateKey::from_openssh(std::fs::read(&path).unwrap()).unwrap();
    let sealed = key.encrypt(&mut rand_core::OsRng, "open sesame").unwrap();
    std::fs::write(&path, sealed.to_openssh(LineEnding::LF).unwrap().as_bytes()).unwrap();
    let mut person = Script::typing(&["1.4.0", "open sesame"]);
    scene.approve("reviewer", "reviewer", &ACCEPT, &mut person).unwrap();
    assert_eq!(scene.only().predicate.authentication, Authentication::KeyFileWithPassphrase);
    assert!(!person.shown.contains("sesame"));

    std::fs::remove_dir_all(scene.path("out")).unwrap();
    let mut wrong = Script::typing(&["1.4.0", "a", "b", "c"]);
    let failure = scene.approve("reviewer", "reviewer", &ACCEPT, &mut wrong).unwrap_err();
    assert_eq!(told(&failure).0, ExitStatus::Input);
    assert!(scene.written().is_empty());
}
