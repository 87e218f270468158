//! Feeds one lockfile reader, or one reader of package databases, with a folder of files.

#![no_main]

use std::sync::LazyLock;

use batchseal::sbom::source::{DATABASES, Files, READERS, Reader, selects};
use batchseal_fuzz::{files, own_name, target_of, written_is_readable};
use libfuzzer_sys::fuzz_target;

static READER: LazyLock<&Reader> = LazyLock::new(|| {
    let name = own_name();
    let mut readers = READERS.iter().chain(DATABASES);
    readers.find(|reader| target_of(reader.lockfile) == name).unwrap_or_else(|| panic!("no reader for {name}"))
});

fuzz_target!(|input: &[u8]| {
    let is_database = DATABASES.iter().any(|database| database.lockfile == READER.lockfile);
    let first = if READER.lockfile.ends_with('/') { format!("{}first", READER.lockfile) } else { READER.lockfile.to_owned() };
    let there = files(&first, input);
    let read = if is_database { there } else { gathered(&there) };
    let Ok(resolution) = (READER.read)(&read, "project") else { return };
    if let Ok(graph) = resolution.graph(READER.lockfile, &[], Some("Example Devices (demo)")) {
        written_is_readable(&graph);
    }
});

/// The files that the reader asks for, as the program gives them.
fn gathered(there: &Files) -> Files {
    let fetch = |wanted: &str| -> Result<Vec<(String, Vec<u8>)>, ()> {
        let fitting = there.iter().filter(|(path, _)| *path == wanted || selects(wanted, path));
        Ok(fitting.map(|(path, bytes)| (path.clone(), bytes.clone())).collect())
    };
    READER.gather(READER.lockfile, fetch).unwrap_or_default()
}
