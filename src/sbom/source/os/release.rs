//! `os-release`: which operating system this is (freedesktop.org, `os-release(5)`).

use std::collections::HashMap;

use crate::sbom::graph::{DerivedFrom, Kind};
use crate::sbom::purl;
use crate::sbom::source::{Files, Package, SourceError};

/// The file, in the order in which it is looked for.
pub(super) const FILES: [&str; 2] = ["etc/os-release", "usr/lib/os-release"];

/// What is used of the file.
pub(super) struct Release<'a> {
    values: HashMap<&'a str, String>,
}

impl<'a> Release<'a> {
    /// Reads the first of the files that is there.
    ///
    /// # Errors
    /// [`SourceError`] where there is none, or it names no operating system.
    pub(super) fn read(files: &'a Files) -> Result<Self, SourceError> {
        let file = *FILES.iter().find(|file| files.contains_key(**file)).ok_or_else(|| {
            SourceError::Absent(format!("{} (or {}), which names the operating system,", FILES[0], FILES[1]))
        })?;
        let mut values = HashMap::new();
        for (at, line) in super::super::text(files, file)?.lines().map(str::trim).enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fail = || SourceError::malformed(file, format!("line {}: {line:.80?} (expected KEY=value)", at + 1));
            let (key, value) = line.split_once('=').ok_or_else(fail)?;
            values.insert(key, unquoted(value).ok_or_else(fail)?);
        }
        let release = Self { values };
        let known = |id: &str| {
            id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte))
        };
        match release.value("ID") {
            Some(id) if known(id) => Ok(release),
            got => Err(SourceError::malformed(file, format!("ID is {got:?} (expected lower-case letters and digits)"))),
        }
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn id(&self) -> &str {
        self.value("ID").unwrap_or("linux")
    }

    /// Version, or the code name where there is none.
    fn version(&self) -> Option<&str> {
        self.value("VERSION_ID").or_else(|| self.value("VERSION_CODENAME")).or_else(|| self.value("BUILD_ID"))
    }

    /// Namespace of package URLs; those of two vendors do not bear the name of their system.
    pub(super) fn namespace(&self) -> &str {
        match self.id() {
            "rhel" => "redhat",
            id if id.starts_with("opensuse") => "opensuse",
            id => id,
        }
    }

    /// The qualifier `distro` of package URLs, such as `debian-12`.
    pub(super) fn distro(&self) -> String {
        self.version().map_or_else(|| self.id().to_owned(), |version| format!("{}-{version}", self.id()))
    }

    /// The operating system.
    ///
    /// # Errors
    /// [`SourceError::Purl`].
    pub(super) fn package(&self) -> Result<Package, SourceError> {
        let version = self.version().unwrap_or_default();
        let mut package = Package::new(self.id(), version, purl::generic(self.id(), version, None)?);
        package.kind = Some(Kind::OperatingSystem);
        let vendor = self.value("VENDOR_NAME").or_else(|| self.value("NAME")).unwrap_or(self.id());
        package.named_supplier = Some((vendor.to_owned(), DerivedFrom::OsRelease));
        package.facts.extend(self.value("PRETTY_NAME").map(|text| ("os-release-name", text.to_owned())));
        Ok(package)
    }
}

/// A value of the shell: bare, in single or in double quotes with `\` before what is special.
fn unquoted(value: &str) -> Option<String> {
    if let Some(inside) = value.strip_prefix('\'') {
        return inside.strip_suffix('\'').filter(|inside| !inside.contains('\'')).map(str::to_owned);
    }
    let (text, quoted) = match value.strip_prefix('"') {
        Some(inside) => (inside.strip_suffix('"')?, true),
        None => (value, false),
    };
    let (mut out, mut rest) = (String::with_capacity(text.len()), text.chars());
    while let Some(character) = rest.next() {
        match character {
            '\\' => out.push(rest.next()?),
            '"' | '\'' if !quoted => return None,
            '"' => return None,
            other => out.push(other),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{Release, unquoted};
    use crate::sbom::graph::Kind;
    use crate::sbom::source::Files;

    fn files(text: &str) -> Files {
        Files::from([("usr/lib/os-release".to_owned(), text.as_bytes().to_vec())])
    }

    #[test]
    fn the_system_is_named_by_its_release_file() {
        let files = files("# made\nNAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_ID='12'\n\nPRETTY_NAME=x\n");
        let release = Release::read(&files).expect("release");
        let package = release.package().expect("package");
        assert_eq!((release.namespace(), release.distro().as_str()), ("debian", "debian-12"));
        assert_eq!((package.purl.as_str(), package.name.as_str()), ("pkg:generic/debian@12", "debian"));
        assert_eq!(package.kind, Some(Kind::OperatingSystem));
    }

    #[test]
    fn a_rolling_system_has_its_code_name_or_no_version() {
        for (text, distro) in [("ID=debian\nVERSION_CODENAME=sid\n", "debian-sid"), ("ID=x\n", "x")] {
            assert_eq!(Release::read(&files(text)).expect("release").distro(), distro);
        }
        assert_eq!(Release::read(&files("ID=rhel\nVERSION_ID=9.4\n")).expect("release").namespace(), "redhat");
        assert_eq!(Release::read(&files("ID=opensuse-leap\n")).expect("release").namespace(), "opensuse");
    }

    #[test]
    fn refuses_what_names_no_system() {
        for text in ["", "NAME=x\n", "ID=\n", "ID=a/b\n", "ID=Debian\n", "ID\n", "ID=\"x\n"] {
            assert!(Release::read(&files(text)).is_err(), "{text}");
        }
        let error = Release::read(&Files::new()).err().expect("error").to_string();
        assert!(error.contains("etc/os-release") && error.contains("is not there"), "{error}");
    }

    #[test]
    fn values_are_quoted_as_in_a_shell() {
        for (text, value) in [("a", "a"), ("\"a \\\"b\\\" \\$\"", "a \"b\" $"), ("'a b'", "a b"), ("\"it's\"", "it's")]
        {
            assert_eq!(unquoted(text).as_deref(), Some(value));
        }
        for text in ["\"a", "'a", "a\"b", "\"a\"b\"", "a\\", "'a'b'"] {
            assert_eq!(unquoted(text), None, "{text}");
        }
    }
}
