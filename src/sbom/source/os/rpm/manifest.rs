//! `container-manifest-2` of images without rpm: one line for each package, ten columns between tabs (the
//! query format `NAME VERSION-RELEASE INSTALLTIME BUILDTIME VENDOR EPOCH SIZE ARCH EPOCHNUM SOURCERPM`).

use super::package;
use crate::sbom::graph::DerivedFrom;
use crate::sbom::source::os::release::Release;
use crate::sbom::source::{Package, Resolution, SourceError};

const INCOMPLETE: &str = "the manifest of an image without rpm does not say which package needs which";

/// Reads the manifest.
///
/// # Errors
/// [`SourceError`] naming the line.
pub(super) fn read(release: &Release<'_>, file: &str, text: &str) -> Result<Resolution, SourceError> {
    let (mut packages, distro) = (Vec::new(), release.distro());
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let columns: Vec<&str> = line.split('\t').collect();
        let &[name, version, _, _, vendor, epoch, _, arch, _, source] = columns.as_slice() else {
            let message = format!("line {}: {} columns (expected 10 between tabs)", at + 1, columns.len());
            return Err(SourceError::malformed(file, message));
        };
        if name.is_empty() || version.is_empty() {
            return Err(SourceError::malformed(file, format!("line {}: no name or no version", at + 1)));
        }
        let given = |text| Some(text).filter(|text| !matches!(*text, "" | "(none)"));
        if name == package::KEY {
            continue;
        }
        let qualifiers = [
            ("arch", given(arch)),
            ("distro", Some(distro.as_str())),
            ("epoch", given(epoch)),
            ("upstream", given(source)),
        ];
        let purl = package::identity(release.namespace(), name, version, &qualifiers)?;
        let mut package = Package::new(name, version, purl);
        package.named_supplier = given(vendor).map(|vendor| (vendor.to_owned(), DerivedFrom::PackageVendor));
        package.facts.extend(given(source).map(|source| ("source-package", source.to_owned())));
        packages.push(package);
    }
    crate::sbom::source::os::resolution(release, packages, Some(INCOMPLETE.to_owned()))
}
