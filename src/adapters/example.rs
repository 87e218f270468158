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
    "ci/build.sh",
    "components.toml",
    "evidence.toml",
    "library/drug-library.toml",
    "quality/distribution-records.md",
    "quality/kev.json",
    "quality/labeling-inspection.toml",
    "quality/labeling/instructions-for-use.txt",
    "quality/pipeline-validation.toml",
    "quality/plan-checklist.csv",
    "quality/scan.json",
    "quality/soup-register.csv",
    "quality/soup-review-log.csv",
    "quality/tool-qualification.toml",
    "quality/trace.csv",
    "quality/validation-report.md",
    "risk/residual-anomalies.csv",
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

/// Files that would be out of date by their own day: reviews, scan and catalogue.
const DATED: [&str; 3] = ["quality/kev.json", "quality/scan.json", "quality/soup-review-log.csv"];

/// The day that stands in them.
const WRITTEN_ON: &str = "2026-11-23";

/// The tool's version that the example's qualification names.
const QUALIFIED: (&str, &str) = ("quality/tool-qualification.toml", "version = \"0.1.0\"");

/// Writes the example's files into an empty folder, as if its reviews and its scan had been made on `today`
/// (`YYYY-MM-DD`) and this very version of the tool had been qualified.
///
/// # Errors
/// [`FileError`].
pub fn unpack(folder: &Path, today: &str) -> Result<(), FileError> {
    FILES.iter().try_for_each(|(path, bytes)| {
        let text = || String::from_utf8_lossy(bytes);
        let written = if DATED.contains(path) {
            text().replace(WRITTEN_ON, today).into_bytes()
        } else if *path == QUALIFIED.0 {
            text().replace(QUALIFIED.1, concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"")).into_bytes()
        } else {
            bytes.to_vec()
        };
        files::write_atomic(&folder.join(path), &written)
    })
}
