//! Reads the project's own files.

use std::path::{Path, PathBuf};

pub fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

pub fn read(relative: &str) -> String {
    std::fs::read_to_string(path(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
}

/// Names in a folder that end in `suffix`, without it, sorted.
pub fn stems(folder: &str, suffix: &str) -> Vec<String> {
    let mut stems: Vec<String> = std::fs::read_dir(path(folder))
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(suffix).map(str::to_owned))
        .collect();
    stems.sort();
    stems
}

pub fn schema(name: &str) -> serde_json::Value {
    serde_json::from_str(&read(&format!("docs/schemas/{name}.schema.json"))).unwrap_or_else(|e| panic!("{name}: {e}"))
}
