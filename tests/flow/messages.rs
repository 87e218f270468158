//! Messages that say the likely slip and one next step, in plain words.

use std::ffi::OsStr;

use super::device::{Device, released, says, succeeds, text};

fn verify(device: &Device, bundle: &std::path::Path, files: &std::path::Path) -> std::process::Output {
    let trust = device.path("trust.toml");
    device.run::<&OsStr>(&[
        "verify".as_ref(),
        bundle.as_os_str(),
        files.as_os_str(),
        "--trust".as_ref(),
        trust.as_ref(),
    ])
}

#[test]
fn the_folder_above_the_products_gets_the_products_folder_named() {
    let device = released();
    let hint = format!("hint: the products are in {}", device.out().join("artifacts").display());
    says(&verify(device, &device.bundle(), &device.out()), 1, &[&hint]);
    let right = verify(device, &device.bundle(), &device.out().join("artifacts"));
    succeeds(&right);
    assert!(!text(&right).contains("hint:"), "{}", text(&right));
}

#[test]
fn a_candidate_is_called_one_and_still_fails() {
    let device = Device::new();
    succeeds(&device.make_candidate());
    let said = verify(&device, &device.candidate(), &device.out().join("artifacts"));
    says(&said, 1, &["is a candidate that nobody has sealed", "batchseal approve", "batchseal seal"]);
    let sealed = verify(released(), &released().bundle(), &released().out().join("artifacts"));
    assert!(!text(&sealed).contains("candidate that nobody"), "{}", text(&sealed));
}

#[test]
fn results_hold_no_words_of_the_programs_inside() {
    let said = text(&released().verify(&["--format", "json"]));
    for word in ["UDI None", "None without", "over 1 artifacts", "DeviceFacts"] {
        assert!(!said.contains(word), "{word:?} is in:\n{said}");
    }
    assert!(said.contains("1 artifact") && said.contains("UDI none"), "{said}");
}

#[test]
fn unknown_names_lead_to_near_ones_or_to_the_list() {
    let device = released();
    let far = device.run(&["explain", "foo"]);
    says(&far, 2, &["hint: `batchseal explain` without a name lists the checks"]);
    assert!(!text(&far).contains("Try one of"), "{}", text(&far));
    says(&device.run(&["explain", "RG-2"]), 2, &["Try one of RG-02"]);
}
