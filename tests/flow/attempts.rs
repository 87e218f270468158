//! Every attempt at a version stands in the record.

use std::ffi::OsStr;

use super::device::{Device, says, succeeds, text};

#[test]
fn failed_and_repeated_attempts_are_listed() {
    let device = Device::new();
    let out = device.out();
    let failing = device.run::<&OsStr>(&[
        "release".as_ref(),
        "--tag".as_ref(),
        "v1.0.0".as_ref(),
        "--stage".as_ref(),
        "candidate".as_ref(),
        "--out".as_ref(),
        out.as_os_str(),
        "--".as_ref(),
        "false".as_ref(),
    ]);
    says(&failing, 3, &[]);
    succeeds(&device.make_candidate());
    succeeds(&device.make_candidate());
    device.approve_all();
    succeeds(&device.seal());
    let container = std::fs::read(device.bundle()).expect("bundle");
    let record = String::from_utf8_lossy(&container).into_owned();
    assert!(record.contains("\"ended\": \"build failed\""), "no failed attempt in the record");
    assert!(record.contains("\"ended\": \"candidate PENDING\""), "no earlier candidate in the record");
    says(&device.verify(&[]), 0, &[]);
    let again = device.seal();
    assert!(text(&again).contains("sealed"), "{}", text(&again));
    succeeds(&again);
}
