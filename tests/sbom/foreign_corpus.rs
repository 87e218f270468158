//! The samples of the CycloneDX specification: every valid one is read, every invalid one refused.

use std::path::{Path, PathBuf};

use batchseal::sbom::foreign;

pub fn shared_data() -> PathBuf {
    std::env::var_os("BATCHSEAL_SHARED_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from)
}

/// Every sample, with whether it is valid.
pub fn samples(folder: &Path) -> Vec<(PathBuf, bool)> {
    let entries = |path: &Path| -> Vec<PathBuf> {
        let mut paths: Vec<_> =
            std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        paths.sort();
        paths
    };
    let files = entries(folder).into_iter().flat_map(|version| entries(&version));
    files
        .map(|path| {
            let valid = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("valid-"));
            (path, valid)
        })
        .collect()
}

#[test]
fn every_official_sample_is_judged_as_its_name_says() {
    let folder = shared_data().join("cyclonedx/corpus");
    if !folder.is_dir() {
        println!("skipped: no samples of CycloneDX at {}", folder.display());
        return;
    }
    let samples = samples(&folder);
    let mut wrong = Vec::new();
    for (path, valid) in &samples {
        match foreign::read(&std::fs::read(path).expect("sample")) {
            Ok(_) if !valid => wrong.push(format!("{}: read", path.display())),
            Err(error) if *valid => wrong.push(format!("{}: {error}", path.display())),
            Ok(_) => {}
            Err(error) => println!("{}: {error}", path.file_name().unwrap_or_default().display()),
        }
    }
    assert!(samples.len() > 200, "only {} samples", samples.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
