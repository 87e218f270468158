//! What `lib_deps` asks for: `owner/name@version`, an address, or a number of the registry
//! (platformio-core, `PackageSpec`).

use std::fmt;

use semver::{Version, VersionReq};

use super::installed::Library;
use crate::sbom::purl::{self, PurlError};
use crate::sbom::source::{Package, address};

/// One entry of `lib_deps`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requirement<'a> {
    raw: &'a str,
    owner: Option<&'a str>,
    pub(super) name: &'a str,
    version: Option<&'a str>,
    uri: Option<&'a str>,
    id: Option<&'a str>,
}

impl<'a> Requirement<'a> {
    /// Reads an entry. Every text is one: what is no address is a name.
    pub(super) fn parse(raw: &'a str) -> Self {
        let mut requirement = Self { raw, owner: None, name: "", version: None, uri: None, id: None };
        let mut rest = raw.trim();
        let is_path = rest.starts_with("file://") || rest.starts_with("symlink://");
        let version = rest.rsplit_once('@').filter(|(_, version)| !is_path && !version.contains([':', '/']));
        if let Some((head, version)) = version {
            (rest, requirement.version) = (head.trim(), Some(version.trim()).filter(|text| !text.is_empty()));
        }
        let id = rest.strip_prefix("id=").unwrap_or(rest);
        if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) {
            requirement.id = Some(id);
            return requirement;
        }
        if let Some((name, tail)) = rest.split_once('=').filter(|(name, _)| !name.contains('/')) {
            (requirement.name, rest) = (name.trim(), tail.trim());
        }
        match rest.split_once('/') {
            Some((owner, name)) if !name.contains('/') && !rest.contains(['@', ':']) => {
                (requirement.owner, requirement.name) = (Some(owner.trim()), name.trim());
            }
            None if !rest.contains(['@', ':']) => requirement.name = rest,
            _ => {
                requirement.uri = Some(rest);
                if requirement.name.is_empty() {
                    requirement.name = address::last_part(rest.split('#').next().unwrap_or(rest));
                }
            }
        }
        requirement
    }

    /// Whether it is a link to a folder: code of whoever builds, which is not installed.
    pub(super) fn is_link(&self) -> bool {
        self.uri.is_some_and(|uri| uri.starts_with("symlink:"))
    }

    /// Whether it is a name and nothing else.
    pub(super) fn is_bare(&self) -> bool {
        self.owner.is_none() && self.version.is_none() && self.uri.is_none() && self.id.is_none()
    }

    /// Whether an installed library is what is asked for.
    pub(super) fn is_met_by(&self, library: &Library) -> bool {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        if let Some(uri) = self.uri {
            let plain = |text: &str| text.strip_prefix("git+").unwrap_or(text).trim_end_matches('/').to_owned();
            return library.uri.as_deref().is_some_and(|got| plain(got) == plain(uri));
        }
        if let Some(id) = self.id {
            return library.id.as_deref() == Some(id) && self.fits(&library.version);
        }
        let is_named =
            same(self.name, &library.name) || library.spec_name.as_deref().is_some_and(|name| same(self.name, name));
        let is_owned = self.owner.zip(library.owner.as_deref()).is_none_or(|(asked, got)| same(asked, got));
        is_named && is_owned && self.fits(&library.version)
    }

    /// Whether a version is within what is asked for; requirements that are not understood fit.
    fn fits(&self, version: &str) -> bool {
        let Some(asked) = self.version else { return true };
        if let Some(exact) = exact(asked) {
            return padded(exact) == padded(version);
        }
        match (VersionReq::parse(asked), Version::parse(version)) {
            (Ok(range), Ok(version)) => !version.pre.is_empty() || range.matches(&version),
            _ => true,
        }
    }

    /// The package where one version is named and no other could be installed.
    pub(super) fn pinned(&self) -> Result<Option<Package>, PurlError> {
        if let Some(uri) = self.uri {
            let (place, commit) = uri.split_once('#').unwrap_or((uri, ""));
            let is_commit = matches!(commit.len(), 40 | 64) && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_commit {
                return Ok(None);
            }
            let place = place.strip_prefix("git+").unwrap_or(place);
            let mut package = Package::new(self.name, commit, address::purl(place, self.name, commit)?);
            package.source_url = address::web(place);
            return Ok(Some(package));
        }
        let Some(version) = self.version.and_then(exact).filter(|_| self.id.is_none()) else { return Ok(None) };
        Ok(Some(Package::new(self.name, version, purl_of(self.owner, self.name, version)?)))
    }
}

impl fmt::Display for Requirement<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credentials_gone = purl::without_credentials(self.raw);
        to.write_str(&credentials_gone.chars().take(120).collect::<String>())
    }
}

/// Package URL of a library of the registry. It has no type of its own.
pub(super) fn purl_of(owner: Option<&str>, name: &str, version: &str) -> Result<String, PurlError> {
    match owner {
        Some(owner) => purl::package("generic", &format!("{owner}/{name}"), version),
        None => purl::package("generic", name, version),
    }
}

/// A version without operators.
fn exact(asked: &str) -> Option<&str> {
    let version = asked.trim_start_matches('=').trim();
    let begins = version.starts_with(|letter: char| letter.is_ascii_digit());
    (begins && !version.contains(['*', ',', ' ', '|', 'x', 'X', '<', '>'])).then_some(version)
}

/// A version of three numbers: PlatformIO takes 1.0 as 1.0.0.
fn padded(version: &str) -> String {
    let end = version.find(['-', '+']).unwrap_or(version.len());
    let (numbers, rest) = version.split_at(end);
    let zeros = 2_usize.saturating_sub(numbers.matches('.').count());
    format!("{numbers}{}{rest}", ".0".repeat(zeros))
}
