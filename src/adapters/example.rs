//! The example device, embedded file by file, so that `demo` needs nothing but this program, Cargo and git history of its own making.

use std::path::Path;

use super::files::{self, FileError};

macro_rules! example {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_bytes!(concat!("../../examples/infusion-pump/", $path)) as &[u8])),*]
    };
}

/// Every file of `examples/infusion-pump`, sorted.
pub const FILES: &[(&str, &[u8])] = example![
    ".clippy.toml",
    ".gitignore",
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "batchseal.toml",
    "build.rs",
    "components.toml",
    "library/drug-library.toml",
    "risk/residual-anomalies.md",
    "risk/risk-management-file.md",
    "src/about.rs",
    "src/alarm.rs",
    "src/dose.rs",
    "src/event_log.rs",
    "src/lib.rs",
    "src/library.rs",
    "src/main.rs",
    "src/pump.rs",
    "src/scenario.rs",
    "support.toml",
    "tests/safety/cases.rs",
    "tests/safety/junit.rs",
    "tests/safety/main.rs",
    "tests/scenarios.rs",
];

/// Release tag of the example.
pub const TAG: &str = "v1.4.0";

/// Writes the example's files into an empty folder.
///
/// # Errors
/// [`FileError`].
pub fn unpack(folder: &Path) -> Result<(), FileError> {
    FILES.iter().try_for_each(|(path, bytes)| files::write_atomic(&folder.join(path), bytes))
}
