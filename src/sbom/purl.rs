//! Package URLs (ECMA-427, package-url/purl-spec): how components are named, and patterns over them.

use packageurl::PackageUrl;

use crate::model::pattern;

/// Text that cannot be part of a package URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} {version:?} cannot be written as a package URL: {reason}")]
pub struct PurlError {
    name: String,
    version: String,
    reason: String,
}

/// Where a Cargo package comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CargoSource<'a> {
    /// The crates.io index, or a path of the work tree: `pkg:cargo/<name>@<version>`.
    Plain,
    /// Another registry, by the address of its index (`repository_url`).
    Registry(&'a str),
    /// A git repository at a commit (`vcs_url`, `git+<address>@<commit>`).
    Git {
        /// Address without credentials.
        url: &'a str,
        /// Commit.
        commit: &'a str,
    },
    /// A path whose plain package URL another component has already (`source=path`).
    Path,
}

/// Package URL of a Cargo package.
///
/// # Errors
/// [`PurlError`].
pub fn cargo(name: &str, version: &str, source: CargoSource<'_>) -> Result<String, PurlError> {
    let qualifier = match source {
        CargoSource::Plain => None,
        CargoSource::Registry(index) => Some(("repository_url", index.to_owned())),
        CargoSource::Git { url, commit } => Some(("vcs_url", format!("git+{url}@{commit}"))),
        CargoSource::Path => Some(("source", "path".to_owned())),
    };
    build("cargo", name, version, qualifier)
}

/// Package URL of a thing that no package manager knows: the device, or one of its files.
///
/// # Errors
/// [`PurlError`].
pub fn generic(name: &str, version: &str, sha256: Option<&str>) -> Result<String, PurlError> {
    build("generic", name, version, sha256.map(|hex| ("checksum", format!("sha256:{hex}"))))
}

/// Package URL of a package of an ecosystem whose names hold a namespace before the last `/`
/// (`@scope/name` of npm, module paths of Go, `vendor/name` of Composer), or none.
///
/// # Errors
/// [`PurlError`].
pub fn package(kind: &str, name: &str, version: &str) -> Result<String, PurlError> {
    build(kind, name, version, None)
}

/// Like [`package`], for one that comes from a git repository: `git+<address>@<commit>` as `vcs_url`.
///
/// # Errors
/// [`PurlError`].
pub fn package_in_git(kind: &str, name: &str, version: &str, url: &str, commit: &str) -> Result<String, PurlError> {
    build(kind, name, version, Some(("vcs_url", format!("git+{url}@{commit}"))))
}

/// Like [`package`], with qualifiers: those that are given, in the order of the specification (by key).
///
/// # Errors
/// [`PurlError`].
pub fn qualified(
    kind: &str,
    name: &str,
    version: &str,
    qualifiers: &[(&str, Option<&str>)],
) -> Result<String, PurlError> {
    let given = qualifiers.iter().filter_map(|(key, value)| Some((*key, (*value)?.to_owned())));
    build(kind, name, version, given)
}

/// Package URL of a gem, for one platform where it is built for one (`platform`).
///
/// # Errors
/// [`PurlError`].
pub fn gem(name: &str, version: &str, platform: Option<&str>) -> Result<String, PurlError> {
    build("gem", name, version, platform.map(|platform| ("platform", platform.to_owned())))
}

/// Package URL of an installed package of an operating system, by its namespace (the distribution); qualifiers
/// without a value are left out.
///
/// # Errors
/// [`PurlError`].
pub fn installed(
    kind: &str,
    (namespace, name): (&str, &str),
    version: &str,
    qualifiers: &[(&str, Option<&str>)],
) -> Result<String, PurlError> {
    let given = qualifiers.iter().filter_map(|(key, value)| Some((*key, (*value)?.to_owned())));
    build(kind, &format!("{namespace}/{name}"), version, given)
}

fn build<'a>(
    kind: &str,
    name: &str,
    version: &str,
    qualifiers: impl IntoIterator<Item = (&'a str, String)>,
) -> Result<String, PurlError> {
    let error = |reason: packageurl::Error| PurlError {
        name: name.chars().take(80).collect(),
        version: version.chars().take(80).collect(),
        reason: reason.to_string(),
    };
    let (namespace, last) = name.rsplit_once('/').map_or((None, name), |(head, last)| (Some(head), last));
    let mut purl = PackageUrl::new(kind.to_owned(), last.to_owned()).map_err(error)?;
    if let Some(namespace) = namespace {
        purl.with_namespace(namespace.to_owned()).map_err(error)?;
    }
    if !version.is_empty() {
        purl.with_version(version.to_owned()).map_err(error)?;
    }
    for (key, value) in qualifiers {
        purl.add_qualifier(key.to_owned(), value).map_err(error)?;
    }
    Ok(purl.to_string())
}

/// An address without `user:password@`.
#[must_use]
pub fn without_credentials(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

/// Type, namespace and name of a package URL.
#[must_use]
pub fn without_version(purl: &str) -> &str {
    let path = purl.split(['?', '#']).next().unwrap_or(purl);
    // The `@` of a scope belongs to a name; that of a version stands in the last part.
    path.rsplit_once('@').filter(|(_, version)| !version.contains('/')).map_or(path, |(head, _)| head)
}

/// Whether text is a package URL.
#[must_use]
pub fn is_purl(text: &str) -> bool {
    text.parse::<PackageUrl<'_>>().is_ok()
}

/// Whether text is a package URL in canonical spelling whose version is this one, or that has none.
#[must_use]
pub fn is_canonical_of(text: &str, version: &str) -> bool {
    text.parse::<PackageUrl<'_>>()
        .is_ok_and(|purl| purl.version().is_none_or(|own| own == version) && purl.to_string() == text)
}

/// A package URL in canonical spelling; other text as it is.
#[must_use]
pub fn canonical(text: &str) -> String {
    text.parse::<PackageUrl<'_>>().map_or_else(|_| text.to_owned(), |purl| purl.to_string())
}

/// Text whose percent-escapes are resolved (RFC 3986 2.1); `None` for a broken escape or what is no UTF-8 then.
#[must_use]
pub fn percent_decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (hex, rest) = (part.get(..2)?, part.get(2..)?);
        let digits = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(hex, 16).ok().filter(|_| digits)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

/// The owner that the namespace of a package URL names, for the types whose namespace is an owner:
/// accounts of forges and of model hubs, scopes of npm, vendors of Composer.
#[must_use]
pub fn owner(purl: &str) -> Option<String> {
    const FORGES: [&str; 3] = ["github.com", "gitlab.com", "bitbucket.org"];
    let purl = purl.parse::<PackageUrl<'_>>().ok()?;
    let namespace = purl.namespace()?;
    let (first, rest) = namespace.split_once('/').map_or((namespace, None), |(first, rest)| (first, Some(rest)));
    let owner = match purl.ty() {
        "npm" => first.strip_prefix('@').filter(|_| rest.is_none())?,
        "github" | "gitlab" | "bitbucket" | "composer" | "huggingface" => first,
        "golang" | "swift" if FORGES.contains(&first) => rest?.split('/').next()?,
        _ => return None,
    };
    (!owner.is_empty()).then(|| owner.to_owned())
}

/// Whether a package URL matches a pattern in which `*` stands for any text; anchored at both ends.
///
/// A pattern without a version also matches every version.
#[must_use]
pub fn matches(wanted: &str, purl: &str) -> bool {
    spellings(purl).iter().any(|text| pattern::matches(wanted, text))
}

/// What a pattern may match: the package URL, without qualifiers, without version.
#[must_use]
pub fn spellings(purl: &str) -> [&str; 3] {
    let path = purl.split('?').next().unwrap_or(purl);
    [purl, path, without_version(purl)]
}

#[cfg(test)]
mod tests {
    use super::{CargoSource, cargo, generic, is_purl, matches};

    #[test]
    fn writes_canonical_package_urls() {
        let plain = cargo("wasi", "0.11.0+wasi-snapshot-preview1", CargoSource::Plain).expect("purl");
        assert_eq!(plain, "pkg:cargo/wasi@0.11.0%2Bwasi-snapshot-preview1");
        let source = CargoSource::Git { url: "https://example.org/a/b", commit: "0123abcd" };
        let git = cargo("b", "1.0.0", source).expect("purl");
        assert!(git.starts_with("pkg:cargo/b@1.0.0?vcs_url=git%2Bhttps:"), "{git}");
        let file = generic("pumpctl", "1.2.0", Some("ab")).expect("purl");
        assert_eq!(file, "pkg:generic/pumpctl@1.2.0?checksum=sha256:ab");
        assert!(is_purl(&plain) && is_purl(&git) && is_purl(&file));
        assert!(!is_purl("cargo/wasi"));
    }

    #[test]
    fn knows_owners_only_where_the_namespace_is_one() {
        for (purl, owner) in [
            ("pkg:npm/%40angular/core@1.0.0", Some("angular")),
            ("pkg:github/madler/zlib@1.3.1", Some("madler")),
            ("pkg:golang/github.com/google/uuid@v1.0.0", Some("google")),
            ("pkg:swift/github.com/apple/swift-nio@2.0.0", Some("apple")),
            ("pkg:golang/golang.org/x/sys@v1.0.0", None),
            ("pkg:maven/org.apache.commons/commons-io@2.0", None),
            ("pkg:npm/lodash@1.0.0", None),
            ("pkg:cargo/serde@1.0.0", None),
            ("serde", None),
        ] {
            assert_eq!(super::owner(purl).as_deref(), owner, "{purl}");
        }
    }

    #[test]
    fn other_spellings_become_one() {
        for text in ["pkg:npm/@scope/a@1.0.0", "pkg:npm/%40scope/a@1.0.0", "PKG:NPM/%40scope/a@1.0.0"] {
            assert_eq!(super::canonical(text), "pkg:npm/%40scope/a@1.0.0", "{text}");
        }
        assert_eq!(super::canonical("no package url"), "no package url");
        assert_eq!(super::percent_decoded("a%40b%2F").as_deref(), Some("a@b/"));
        for text in ["%4", "%zz", "%+4", "%ff", "a%é"] {
            assert_eq!(super::percent_decoded(text), None, "{text}");
        }
    }

    #[test]
    fn canonical_package_urls_have_the_version_or_none() {
        for purl in ["pkg:github/madler/zlib@1.3.1", "pkg:generic/zlib"] {
            assert!(super::is_canonical_of(purl, "1.3.1"), "{purl}");
        }
        for purl in ["pkg:github/madler/zlib@1.3", "PKG:generic/zlib", "pkg:npm/@a/b", "zlib", ""] {
            assert!(!super::is_canonical_of(purl, "1.3.1"), "{purl}");
        }
    }

    #[test]
    fn patterns_are_anchored_at_both_ends() {
        let purl = "pkg:cargo/serde_json@1.0.0";
        for pattern in ["pkg:cargo/serde*", "pkg:cargo/serde_json", "pkg:cargo/serde_json@1.0.0", "*", "*json@*"] {
            assert!(matches(pattern, purl), "{pattern}");
        }
        for pattern in ["pkg:cargo/serde", "serde_json", "cargo/*", "", "pkg:cargo/serde_json@1.0", "*x"] {
            assert!(!matches(pattern, purl), "{pattern}");
        }
        assert!(!matches(&"*a".repeat(40), &"a".repeat(39)));
        assert!(matches("pkg:npm/@scope/name", "pkg:npm/@scope/name"));
    }
}
