//! Files of tests/fixtures/stamps (made by the make.sh there) and authorities over them.

use std::path::PathBuf;

use batchseal::policy::anchors::StampAuthority;
use batchseal::policy::trust::Window;

pub fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stamps").join(name)
}

pub fn read(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub fn message() -> Vec<u8> {
    read("message.txt")
}

/// An authority of these certificates that always counts.
pub fn authority(name: &str, certificates: &[&str]) -> StampAuthority {
    StampAuthority {
        name: name.to_owned(),
        certificates: certificates.iter().map(|file| read(file)).collect(),
        window: Window::default(),
    }
}

pub fn trusted() -> Vec<StampAuthority> {
    vec![authority("tests", &["root.der"])]
}

/// The token of a file.
pub fn token(name: &str) -> Vec<u8> {
    read(&format!("{name}.tst"))
}
