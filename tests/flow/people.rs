//! People: who must sign, what they sign, and what does not count.

use std::fs;

use super::device::{Device, says, succeeds};

#[test]
fn nothing_is_sealed_without_the_required_people() {
    let device = Device::new();
    succeeds(&device.make_candidate());
    fs::create_dir_all(device.path("approvals")).expect("folder");
    says(&device.seal(), 1, &["PENDING", "reviewer, authoriser"]);
    succeeds(&device.approve("reviewer", &["--answer", "RG-04=accept:none"]));
    says(&device.seal(), 1, &["PENDING", "no approval yet as authoriser"]);
    assert!(!device.bundle().exists());
    says(&device.verify(&[]), 3, &["evidence.zip"]);
}

#[test]
fn a_rejected_batch_is_sealed_and_never_verifies_as_released() {
    let device = Device::new();
    succeeds(&device.make_candidate());
    says(&device.approve("reviewer", &["--reject"]), 2, &["reason"]);
    succeeds(
        &device
            .approve("reviewer", &["--reject", "--reason", "pump stalls at low rate", "--answer", "RG-04=accept:none"]),
    );
    says(&device.seal(), 1, &["FAILED"]);
    says(&device.verify(&[]), 1, &["REJECTED", "was rejected by Reviewer (example)"]);
}

#[test]
fn an_approval_of_another_record_is_refused_by_name() {
    let first = Device::new();
    succeeds(&first.make_candidate());
    first.approve_all();
    // The same device builds again: another record, so the old approvals are for something else.
    succeeds(&first.make_candidate());
    says(&first.seal(), 3, &["approvals that do not count", "made for another record"]);
    assert!(!first.bundle().exists());
}

#[test]
fn an_approval_removed_after_the_authoriser_signed_shows() {
    let device = Device::new();
    succeeds(&device.make_candidate());
    device.approve_all();
    for entry in fs::read_dir(device.path("approvals")).expect("folder") {
        let path = entry.expect("entry").path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("reviewer")) {
            fs::remove_file(path).expect("remove");
        }
    }
    says(&device.seal(), 1, &["PENDING", "reviewer"]);
    assert!(!device.bundle().exists());
}

#[test]
fn an_unanswered_question_keeps_a_person_from_signing() {
    let device = Device::new();
    succeeds(&device.make_candidate());
    says(&device.approve("reviewer", &[]), 2, &["RG-04"]);
    assert!(
        !device.path("approvals").exists() || fs::read_dir(device.path("approvals")).expect("folder").next().is_none()
    );
}

#[test]
fn approving_never_changes_the_candidate() {
    let device = Device::new();
    succeeds(&device.make_candidate());
    let before = fs::read(device.candidate()).expect("candidate");
    device.approve_all();
    assert_eq!(fs::read(device.candidate()).expect("candidate"), before);
}
