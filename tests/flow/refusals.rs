//! Recordings that would be untrue are refused, or recorded for the gate to fail.

use std::ffi::OsStr;
use std::fs;

use super::device::{BUILD, Device, says, snapshot};

fn release(device: &Device, tag: &str, more: &[&str], build: &[&str]) -> std::process::Output {
    let out = device.out();
    let mut arguments: Vec<&OsStr> = vec![
        "release".as_ref(),
        "--tag".as_ref(),
        tag.as_ref(),
        "--stage".as_ref(),
        "candidate".as_ref(),
        "--out".as_ref(),
        out.as_os_str(),
    ];
    arguments.extend(more.iter().map(OsStr::new));
    arguments.push("--".as_ref());
    arguments.extend(build.iter().map(OsStr::new));
    device.run(&arguments)
}

fn nothing_made(device: &Device) {
    assert!(!device.candidate().exists());
    assert!(!snapshot(&device.out()).keys().any(|path| path.to_string_lossy().contains(".batch/")));
}

#[test]
fn refuses_a_dirty_tree_and_records_it_only_for_the_gate_to_fail() {
    let device = Device::new();
    fs::write(device.path("device/notes.txt"), "untracked").expect("file");
    says(&release(&device, "v1.0.0", &[], &BUILD), 3, &["not clean", "notes.txt"]);
    nothing_made(&device);
    let output = release(&device, "v1.0.0", &["--unsafe-record-anyway"], &BUILD);
    says(&output, 1, &["recorded anyway", "RG-02", "FAILED"]);
    says(&device.approve("reviewer", &["--answer", "RG-04=accept:none"]), 1, &["RG-02"]);
}

#[test]
fn refuses_a_tag_that_is_not_head_or_not_there() {
    let device = Device::new();
    says(&release(&device, "v9.9.9", &[], &BUILD), 3, &["v9.9.9"]);
    says(&release(&device, "1.0.0", &[], &BUILD), 2, &["does not fit", "v{version}"]);
    nothing_made(&device);
}

#[test]
fn refuses_a_build_that_changes_tracked_files() {
    let device = Device::new();
    let build = "cargo build --release --offline --locked && echo '// changed' >> src/main.rs";
    says(
        &release(&device, "v1.0.0", &[], &["sh", "-c", build]),
        3,
        &["the build changed the work tree", "src/main.rs"],
    );
    nothing_made(&device);
}

#[test]
fn a_failed_build_leaves_nothing_and_keeps_the_earlier_product() {
    let device = Device::new();
    let product = device.path("device/target/release/tiny");
    fs::create_dir_all(product.parent().expect("parent")).expect("folder");
    fs::write(&product, "earlier").expect("file");
    says(&release(&device, "v1.0.0", &[], &["sh", "-c", "exit 7"]), 3, &["7"]);
    nothing_made(&device);
    assert_eq!(fs::read(&product).expect("product"), b"earlier");
}

#[test]
fn a_build_that_does_not_make_the_product_is_refused() {
    let device = Device::new();
    let product = device.path("device/target/release/tiny");
    fs::create_dir_all(product.parent().expect("parent")).expect("folder");
    fs::write(&product, "planted before the build").expect("file");
    says(&release(&device, "v1.0.0", &[], &["true"]), 3, &["target/release/tiny"]);
    nothing_made(&device);
    assert_eq!(fs::read(&product).expect("product"), b"planted before the build");
}

#[test]
fn the_build_sees_no_key_and_no_token() {
    let device = Device::new();
    let build = "cargo build --release --offline --locked && env > target/seen";
    let out = device.out();
    let output = device
        .command::<&OsStr>(&[
            "release".as_ref(),
            "--tag".as_ref(),
            "v1.0.0".as_ref(),
            "--stage".as_ref(),
            "candidate".as_ref(),
            "--out".as_ref(),
            out.as_os_str(),
            "--".as_ref(),
            "sh".as_ref(),
            "-c".as_ref(),
            build.as_ref(),
        ])
        .env("MY_TOKEN", "very-secret-token-value")
        .env("SSH_AUTH_SOCK", "/nowhere/agent")
        .env("ACTIONS_ID_TOKEN_REQUEST_URL", "http://127.0.0.1/token")
        .output()
        .expect("program");
    says(&output, 0, &[]);
    let seen = fs::read_to_string(device.path("device/target/seen")).expect("seen");
    for name in ["BATCHSEAL_KEY", "PRIVATE KEY", "MY_TOKEN", "SSH_AUTH_SOCK", "ACTIONS_ID_TOKEN_REQUEST_URL"] {
        assert!(!seen.contains(name), "{name} reached the build");
    }
    for (path, bytes) in snapshot(&device.out()) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("very-secret-token-value"), "{}", path.display());
        assert!(!text.contains("BEGIN PRIVATE KEY"), "{}", path.display());
    }
}

#[test]
fn secrets_that_the_build_prints_are_redacted_from_the_kept_log() {
    let device = Device::new();
    let build = "echo token ghp_0123456789abcdefghijABCDEFGHIJ012345; cargo build --release --offline --locked";
    says(&release(&device, "v1.0.0", &[], &["sh", "-c", build]), 0, &["[redacted"]);
    for (path, bytes) in snapshot(&device.out()) {
        assert!(!String::from_utf8_lossy(&bytes).contains("ghp_0123456789"), "{}", path.display());
    }
}

#[test]
fn products_built_elsewhere_fail_the_gate() {
    let device = Device::new();
    let product = device.path("device/target/release/tiny");
    fs::create_dir_all(product.parent().expect("parent")).expect("folder");
    fs::write(&product, "made on another machine").expect("file");
    let out = device.out();
    let output = device.run::<&OsStr>(&[
        "release".as_ref(),
        "--tag".as_ref(),
        "v1.0.0".as_ref(),
        "--stage".as_ref(),
        "candidate".as_ref(),
        "--out".as_ref(),
        out.as_os_str(),
    ]);
    says(&output, 1, &["RG-05", "elsewhere"]);
}

#[test]
fn an_unfilled_policy_is_a_usage_error_with_the_line() {
    let device = Device::new();
    let path = device.path("device/batchseal.toml");
    let text = fs::read_to_string(&path)
        .expect("policy")
        .replace("manufacturer = \"Example Devices\"", "manufacturer = \"FILL IN: legal manufacturer\"");
    fs::write(&path, text).expect("policy");
    says(&release(&device, "v1.0.0", &[], &BUILD), 2, &["batchseal.toml:4", "device.manufacturer"]);
}

#[test]
fn a_filter_program_of_the_repository_neither_runs_nor_hides_a_change() {
    let device = Device::new();
    let stolen = device.path("stolen");
    let config = device.path("device/.git/config");
    let filter = format!(
        "\n[filter \"x\"]\n\tclean = \"env > {}; echo 'fn main() {{ println!(\\\"tiny\\\"); }}'\"\n",
        stolen.display()
    );
    fs::write(&config, format!("{}{filter}", fs::read_to_string(&config).expect("config"))).expect("config");
    fs::create_dir_all(device.path("device/.git/info")).expect("folder");
    fs::write(device.path("device/.git/info/attributes"), "*.rs filter=x\n").expect("attributes");
    fs::write(device.path("device/src/main.rs"), "fn main() { println!(\"backdoor\"); }\n").expect("source");
    says(&release(&device, "v1.0.0", &[], &BUILD), 3, &["not clean", "src/main.rs"]);
    assert!(!stolen.exists(), "the filter ran");
    nothing_made(&device);
}
