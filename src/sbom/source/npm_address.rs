//! Addresses of package archives, and whether they serve the package that a lockfile says they serve.
//!
//! Registries of npm serve `<registry>/<name>/-/<last part of the name>-<version>.tgz`. A lockfile whose
//! address is of another package installs that one under the first one's name: a way of slipping code in
//! that few reviewers see. Addresses of other forms (archives of anywhere, git) name no package.

use super::package_json;

/// Name, and version where the file's name holds one, of what an address serves.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Served {
    name: String,
    version: Option<String>,
}

impl Served {
    /// `None` where the address is not of a registry.
    pub(super) fn of(address: &str) -> Option<Self> {
        let address = address.split(['?', '#']).next().unwrap_or(address);
        let is_web = address.starts_with("https://") || address.starts_with("http://");
        let address = decoded(address);
        let (before, file) = address.split_once("/-/").filter(|_| is_web)?;
        let (above, last) = before.rsplit_once('/').filter(|(_, last)| !last.is_empty())?;
        let scope = above.rsplit('/').next().filter(|scope| scope.starts_with('@'));
        let name = scope.map_or_else(|| last.to_owned(), |scope| format!("{scope}/{last}"));
        // GitLab and older Artifactory repeat the scope before the file.
        let stem = file.rsplit('/').next().and_then(|file| file.strip_suffix(".tgz"));
        let version = stem.and_then(|stem| stem.strip_prefix(last)?.strip_prefix('-')).map(str::to_owned);
        Some(Self { name, version })
    }

    /// The name, where the file is called as the registry calls it.
    pub(super) fn name(&self) -> Option<&str> {
        self.version.as_ref().map(|_| self.name.as_str())
    }

    /// What is wrong, where it serves something else than this package.
    pub(super) fn differs(&self, name: &str, version: &str) -> Option<String> {
        let bare = |version: &str| version.split('+').next().unwrap_or_default().to_owned();
        let is_version = self.version.as_deref().is_some_and(|served| bare(served) == bare(version));
        if self.name == name && is_version {
            return None;
        }
        let served = self.version.as_deref().unwrap_or("a file of another name");
        Some(format!("its address serves {} {served} (expected {name} {version})", self.name))
    }
}

/// `%2f` and `%40` in a name as what they stand for: scopes are sometimes written so.
fn decoded(address: &str) -> String {
    address.replace("%2f", "/").replace("%2F", "/").replace("%40", "@").replace("%2B", "+").replace("%2b", "+")
}

/// What is wrong with an address for a package that its registry gave, if anything is.
pub(super) fn poisoned(address: &str, name: &str, version: &str) -> Option<String> {
    Served::of(address)?.differs(name, version)
}

/// Whether a requirement asks a registry: by a range, a tag or an alias, and not by an address or folder.
pub(super) fn is_of_registry(range: &str) -> bool {
    let range = range.strip_prefix("npm:").map_or(range, |alias| {
        package_json::split_descriptor(alias).map_or("", |(_, range)| range.trim_start_matches('@'))
    });
    !range.contains([':', '/'])
}

#[cfg(test)]
mod tests {
    use super::{Served, is_of_registry, poisoned};

    #[test]
    fn an_address_of_a_registry_names_its_package() {
        for (address, name, version) in [
            ("https://registry.npmjs.org/a/-/a-1.0.0.tgz", "a", "1.0.0"),
            ("https://r/api/npm/@s/a/-/a-1.0.0.tgz#x", "@s/a", "1.0.0"),
            ("https://r/@s%2fa/-/a-1.0.0-rc.1.tgz?cache=0", "@s/a", "1.0.0-rc.1"),
            ("https://h/api/v4/projects/1/packages/npm/@s/a/-/@s/a-1.0.0.tgz", "@s/a", "1.0.0"),
            ("http://r/a/-/a-1.0.0.tgz", "a", "1.0.0+build"),
        ] {
            assert_eq!(poisoned(address, name, version), None, "{address}");
            for (other, at) in [("b", version), ("@t/a", version), (name, "1.0.1")] {
                assert!(poisoned(address, other, at).is_some(), "{address} for {other} {at}");
            }
        }
        assert!(poisoned("https://r/a/-/b-1.0.0.tgz", "a", "1.0.0").is_some(), "a file of another name");
        assert_eq!(Served::of("https://r/a/-/b-1.0.0.tgz").expect("served").name(), None);
    }

    #[test]
    fn other_addresses_name_none() {
        for address in [
            "https://codeload.github.com/o/r/tar.gz/abc",
            "https://npm.pkg.github.com/download/@o/r/1.0.0/abc",
            "git+ssh://git@h/o/r.git#abc",
            "file:../a/-/b-1.0.0.tgz",
            "../a",
            "https://h/-/a-1.0.0.tgz/-/",
            "",
        ] {
            assert_eq!(poisoned(address, "z", "9.9.9").is_some(), address.ends_with("/-/"), "{address}");
        }
        let registry = ["^1", "latest", "", "npm:a@^1", "npm:@s/a@1", "npm:@s/a"];
        assert_eq!(registry.map(is_of_registry), [true; 6]);
        let elsewhere = ["file:../a", "o/r", "https://h/a.tgz", "git@h:o/r.git", "workspace:*", "link:../a"];
        assert_eq!(elsewhere.map(is_of_registry), [false; 6]);
    }
}
