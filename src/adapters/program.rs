//! The running program as an actor of record.

use std::path::{Path, PathBuf};

use crate::model::digest::Sha256Digest;
use crate::model::record::ToolIdentity;

use super::files;

pub use std::env::consts::{ARCH, EXE_SUFFIX, OS};

/// Name and version only: enough where nothing is signed.
#[must_use]
pub fn name_and_version() -> ToolIdentity {
    ToolIdentity {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sha256: None,
    }
}

/// With the digest of the running binary, where the operating system tells it.
#[must_use]
pub fn identity() -> ToolIdentity {
    ToolIdentity { sha256: own_digest(), ..name_and_version() }
}

fn own_digest() -> Option<Sha256Digest> {
    let path = std::env::current_exe().ok()?;
    files::hash(&path).or_else(|_| files::hash(Path::new("/proc/self/exe"))).ok().map(|(digest, _)| digest)
}

/// The user's home folder, to keep it out of what is recorded.
#[must_use]
pub fn home() -> Option<PathBuf> {
    std::env::home_dir()
}

/// A random id for one run of a build.
#[must_use]
pub fn invocation_id() -> String {
    use rand_core::RngCore;
    let mut bytes = [0; 16];
    rand_core::OsRng.fill_bytes(&mut bytes);
    format!("urn:batchseal:run:{}", crate::model::digest::to_hex(&bytes))
}
