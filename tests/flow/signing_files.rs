//! Where `seal` looks for the files that `[signing]` names.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::device::{Device, says, succeeds};

#[test]
fn relative_files_lie_beside_the_policy_that_is_named_else_in_the_working_folder() {
    let device = Device::with_policy(|policy| policy.replace("env:BATCHSEAL_KEY", "file:../pipeline.key"));
    let key = device.path("pipeline.key");
    fs::write(&key, &device.pem).expect("key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("mode");
    succeeds(&device.make_candidate());
    device.approve_all();
    let elsewhere = device.path("elsewhere/deep");
    fs::create_dir_all(&elsewhere).expect("folder");
    let (candidate, approvals, trust) = (device.candidate(), device.path("approvals"), device.path("trust.toml"));
    let seal = |policy: Option<&OsStr>| {
        let mut line: Vec<&OsStr> = vec!["seal".as_ref(), candidate.as_os_str(), "--approvals".as_ref()];
        line.extend([approvals.as_os_str(), "--trust".as_ref(), trust.as_os_str()]);
        if let Some(policy) = policy {
            line.extend(["--policy".as_ref(), policy]);
        }
        device.command(&line).current_dir(&elsewhere).output().expect("program")
    };
    let missing = "../pipeline.key of [signing] is not there: relative files are looked up in the working folder";
    says(&seal(None), 2, &[missing, "--policy"]);
    let policy = device.path("device/batchseal.toml");
    let text = fs::read_to_string(&policy).expect("policy");
    let other = device.path("device/other.toml");
    fs::write(&other, format!("{text}\n# another\n")).expect("policy");
    says(&seal(Some(other.as_os_str())), 2, &["other.toml is not the policy of the batch"]);
    fs::remove_file(other).expect("remove");
    succeeds(&seal(Some(policy.as_os_str())));
    says(&device.verify(&[]), 0, &["PASSED"]);
}
