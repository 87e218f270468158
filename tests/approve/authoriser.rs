//! The authoriser signs last, over every other approval of exactly this record.

use batchseal::exit::ExitStatus;
use batchseal::model::approval::SSHSIG_NAMESPACE;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::role::Role;
use ssh_key::{HashAlg, LineEnding, PrivateKey};

use crate::scene::{MANAGER, Scene, Script, told};

fn authorise(scene: &Scene) -> Result<(), (ExitStatus, String)> {
    let folder = scene.path("out");
    let options = ["--approvals", folder.to_str().unwrap(), "--yes"];
    scene.approve("authoriser", "manager", &options, &mut Script::absent()).map_err(|failure| told(&failure))
}

fn refused(scene: &Scene) -> (ExitStatus, String) {
    let before = scene.written().len();
    let told = authorise(scene).unwrap_err();
    assert_eq!(scene.written().len(), before, "nothing may be written");
    told
}

#[test]
fn the_authoriser_signs_over_the_reviewers_approval() {
    let scene = Scene::new();
    scene.review();
    let review = scene.written().remove(0);
    authorise(&scene).unwrap();
    let pairs = scene.written();
    let pair = pairs.iter().find(|pair| pair.name.starts_with("authoriser-")).unwrap();
    let approval = scene.verify(pair);
    assert_eq!(approval.signer(), MANAGER);
    assert_eq!(approval.predicate.meaning, "authorised release of this batch");
    assert_eq!(approval.predicate.other_approvals, [Sha256Digest::of(&review.statement)]);
    assert!(approval.predicate.answers.is_empty(), "the reviewer answered already");
}

#[test]
fn refuses_to_authorise_without_the_reviewer() {
    let scene = Scene::new();
    let options = ["--answer", "RG-26=accept:seen", "--yes"];
    let failure = scene.approve("authoriser", "manager", &options, &mut Script::absent()).unwrap_err();
    let (status, text) = told(&failure);
    assert!(status == ExitStatus::Usage && text.contains("missing") && text.contains("reviewer"), "{text}");
    std::fs::create_dir_all(scene.path("out")).unwrap();
    let (status, text) = refused(&scene);
    assert!(status == ExitStatus::Input && text.contains("reviewer"), "{text}");
}

#[test]
fn refuses_an_approval_of_another_record_by_name() {
    let mut scene = Scene::new();
    scene.review();
    let name = scene.written().remove(0).name;
    let original = scene.view.clone();
    scene.view.record_sha256 = Sha256Digest::of(b"a later record");
    let (status, text) = refused(&scene);
    assert_eq!(status, ExitStatus::Input);
    assert!(text.contains(&name) && text.contains("made for another record"), "{text}");
    scene.view = original.clone();
    scene.view.record_signed_sha256 = Sha256Digest::of(b"signed again");
    assert!(refused(&scene).1.contains("made for another record"));
    scene.view = original;
    authorise(&scene).unwrap();
}

#[test]
fn refuses_an_approval_whose_statement_was_altered() {
    let scene = Scene::new();
    scene.review();
    let name = scene.written().remove(0).name;
    let path = scene.path("out").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("compared", "ignored!")).unwrap();
    let (status, text) = refused(&scene);
    assert!(status == ExitStatus::Input && text.contains(&name) && text.contains("does not verify"), "{text}");
}

#[test]
fn refuses_a_signature_made_for_another_protocol() {
    let scene = Scene::new();
    scene.review();
    let pair = scene.written().remove(0);
    let key = PrivateKey::from_openssh(std::fs::read(scene.path("reviewer")).unwrap()).unwrap();
    let put = |namespace: &str| {
        let signed = key.sign(namespace, HashAlg::Sha512, &pair.statement).unwrap();
        let armour = signed.to_pem(LineEnding::LF).unwrap();
        std::fs::write(scene.path("out").join(format!("{}.sshsig", pair.name)), armour).unwrap();
    };
    put("git");
    let (status, text) = refused(&scene);
    assert!(status == ExitStatus::Input && text.contains("namespace \"git\""), "{text}");
    put(SSHSIG_NAMESPACE);
    authorise(&scene).unwrap();
}

#[test]
fn refuses_half_a_pair() {
    for extension in ["json", "sshsig"] {
        let scene = Scene::new();
        scene.review();
        let name = scene.written().remove(0).name;
        std::fs::remove_file(scene.path("out").join(format!("{name}.{extension}"))).unwrap();
        let (status, text) = authorise(&scene).unwrap_err();
        assert!(status == ExitStatus::Input && text.contains(&name) && text.contains("beside it"), "{text}");
    }
}

#[test]
fn one_person_does_not_fill_two_roles() {
    let scene = Scene::new();
    let options = ["--answer", "RG-26=accept:seen", "--yes"];
    scene.approve("reviewer", "manager", &options, &mut Script::absent()).unwrap();
    let (status, text) = refused(&scene);
    assert!(status == ExitStatus::Input && text.contains("distinct persons") && text.contains(MANAGER), "{text}");
}

#[test]
fn a_batch_that_a_reviewer_rejected_is_not_authorised() {
    let scene = Scene::new();
    let reject = ["--reject", "--reason", "the hazard analysis is missing", "--yes"];
    scene.approve("reviewer", "reviewer", &reject, &mut Script::absent()).unwrap();
    let (status, text) = refused(&scene);
    assert!(status == ExitStatus::NotPassed && text.contains("only be rejected"), "{text}");
    let folder = scene.path("out");
    let options = ["--approvals", folder.to_str().unwrap(), "--reject", "--reason", "as the reviewer", "--yes"];
    scene.approve("authoriser", "manager", &options, &mut Script::absent()).unwrap();
}

#[test]
fn a_record_is_authorised_once() {
    let scene = Scene::new();
    scene.review();
    authorise(&scene).unwrap();
    let (status, text) = refused(&scene);
    assert!(status == ExitStatus::Input && text.contains("authorises this record already"), "{text}");
}

#[test]
fn every_required_role_counts() {
    let mut scene = Scene::new();
    scene.view.required_roles.push(Role::parse("clinical").unwrap());
    scene.review();
    let (status, text) = refused(&scene);
    assert!(status == ExitStatus::Input && text.contains("clinical") && !text.contains("reviewer,"), "{text}");
}

#[test]
fn both_laptops_are_listed_and_the_person_counts_once() {
    let scene = Scene::new();
    scene.review();
    let options = ["--answer", "RG-26=accept:seen", "--yes"];
    scene.approve("reviewer", "reviewer-laptop", &options, &mut Script::absent()).unwrap();
    authorise(&scene).unwrap();
    let pairs = scene.written();
    let pair = pairs.iter().find(|pair| pair.name.starts_with("authoriser-")).unwrap();
    assert_eq!(scene.verify(pair).predicate.other_approvals.len(), 2);
}
