//! kill -9 at any time leaves nothing half-written under a final name; a second run succeeds.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use batchseal::evidence::container::Container;

use super::device::{BUILD, Device, STEM, TAG, says, snapshot, succeeds};

/// Everything under a final name must be whole.
fn whole(device: &Device) {
    for (path, bytes) in snapshot(&device.out()) {
        let name = path.file_name().expect("name").to_string_lossy().into_owned();
        if name.ends_with(".zip") {
            assert!(Container::parse(&bytes).is_ok(), "{name} is half-written");
        }
        if name == "tiny-linux" {
            assert!(bytes.starts_with(b"\x7fELF"), "{name} is half-written");
        }
    }
}

#[test]
fn a_killed_release_leaves_nothing_half_written_and_the_next_succeeds() {
    let device = Device::new();
    let out = device.out();
    for delay in [5, 20, 40, 80, 120, 160, 200, 260, 320, 400, 500, 650, 800, 1000] {
        let mut arguments =
            vec!["release", "--tag", TAG, "--stage", "candidate", "--out", out.to_str().expect("path"), "--"];
        arguments.extend(BUILD);
        let mut child =
            device.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("program");
        thread::sleep(Duration::from_millis(delay));
        let _ = child.kill();
        let _ = child.wait();
        whole(&device);
    }
    succeeds(&device.make_candidate());
    device.approve_all();
    succeeds(&device.seal());
    succeeds(&device.verify(&[]));
}

#[test]
fn a_killed_seal_is_taken_up_again_with_its_own_signatures() {
    let device = Device::new();
    succeeds(&device.make_candidate());
    device.approve_all();
    for delay in [2, 5, 8, 12, 16, 20, 25, 30, 40, 60] {
        let (candidate, approvals, trust) = (device.candidate(), device.path("approvals"), device.path("trust.toml"));
        let mut child = device
            .command(&[
                "seal".as_ref(),
                candidate.as_os_str(),
                "--approvals".as_ref(),
                approvals.as_os_str(),
                "--trust".as_ref(),
                trust.as_os_str(),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("program");
        thread::sleep(Duration::from_millis(delay));
        let _ = child.kill();
        let _ = child.wait();
        whole(&device);
        if device.bundle().exists() {
            break;
        }
    }
    let sealing = device.out().join(format!("{STEM}.sealing/result.sigstore.json"));
    let kept = fs::read(&sealing).ok();
    succeeds(&device.seal());
    says(&device.verify(&[]), 0, &["PASSED"]);
    if let Some(kept) = kept {
        let bundle = fs::read(device.bundle()).expect("bundle");
        let container = Container::parse(&bundle).expect("container");
        let name = batchseal::model::name::EntryName::parse("result.sigstore.json").expect("name");
        assert_eq!(container.get(&name), Some(kept.as_slice()), "the signature was made twice");
    }
    assert!(!sealing.exists());
}
