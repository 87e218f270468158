//! Addresses of git repositories, and the package URLs of what lies there.

use crate::sbom::purl::{self, PurlError};

/// Host and path of a repository, without user, port and `.git`.
pub(super) struct Address<'a> {
    /// In lowercase.
    pub(super) host: String,
    /// Without a slash at either end.
    pub(super) path: &'a str,
}

impl<'a> Address<'a> {
    /// `scheme://user@host:port/path`, or `user@host:path` as of scp.
    pub(super) fn parse(location: &'a str) -> Option<Self> {
        let (authority, path) = match location.split_once("://") {
            Some((_, rest)) => rest.split_once('/')?,
            None => location.split_once(':')?,
        };
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = host.split_once(':').map_or(host, |(host, _)| host).to_ascii_lowercase();
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let fits = |text: &str| !text.is_empty() && !text.contains(['?', '#', ' ', '\\']);
        let is_path = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        (fits(&host) && !host.contains('/') && fits(path) && is_path).then_some(Self { host, path })
    }
}

/// Package URL of a repository at a commit: by its owner and name at the hosts that have a type of
/// their own, else by `name` with the address as `vcs_url`. Local addresses name no place for others.
///
/// # Errors
/// [`PurlError`].
pub(super) fn purl(location: &str, name: &str, commit: &str) -> Result<String, PurlError> {
    let is_local = location.starts_with(['/', '.']) || location.starts_with("file:");
    let Some(address) = Address::parse(location).filter(|_| !is_local) else {
        return purl::package("generic", name, commit);
    };
    let kind = match (address.host.as_str(), address.path.matches('/').count()) {
        ("github.com", 1) => "github",
        ("bitbucket.org", 1) => "bitbucket",
        ("gitlab.com", 1..) => return purl::package("gitlab", address.path, commit),
        _ => {
            let url = match location.contains("://") {
                true => purl::without_credentials(location),
                false => format!("ssh://{}/{}", address.host, address.path),
            };
            return purl::package_in_git("generic", name, commit, &url, commit);
        }
    };
    // Both hosts take names in any case, and the specification writes them in lowercase.
    purl::package(kind, &address.path.to_lowercase(), commit)
}

/// Where people find the repository, for addresses of the web.
pub(super) fn web(location: &str) -> Option<String> {
    let is_web = location.starts_with("https://") || location.starts_with("http://");
    let address = Address::parse(location).filter(|_| is_web)?;
    Some(format!("https://{}/{}", address.host, address.path))
}

/// Last part of an address or path, without `.git`.
pub(super) fn last_part(location: &str) -> &str {
    let trimmed = location.trim_end_matches('/');
    let last = trimmed.rsplit(['/', ':', '\\']).next().unwrap_or(trimmed);
    last.strip_suffix(".git").unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::{last_part, purl, web};

    #[test]
    fn known_hosts_have_a_type_of_their_own() {
        for (location, expected) in [
            ("https://u:p@GitHub.com/Owner/Repo.git", "pkg:github/owner/repo@ab"),
            ("git@github.com:owner/repo.git", "pkg:github/owner/repo@ab"),
            ("ssh://git@bitbucket.org/A/b", "pkg:bitbucket/a/b@ab"),
            ("https://gitlab.com/a/b/C.git", "pkg:gitlab/a/b/C@ab"),
            ("../c.git", "pkg:generic/c@ab"),
            ("/home/me/c", "pkg:generic/c@ab"),
            ("file:///home/me/c", "pkg:generic/c@ab"),
        ] {
            assert_eq!(purl(location, "c", "ab").expect("purl"), expected);
        }
        for (location, expected) in
            [("https://u:p@h.org/a/c.git", "https://h.org/a/c.git@ab"), ("git@h.org:a/c.git", "ssh://h.org/a/c@ab")]
        {
            let got =
                purl(location, "c", "ab").expect("purl").replace("%2B", "+").replace("%2F", "/").replace("%40", "@");
            assert_eq!(got, format!("pkg:generic/c@ab?vcs_url=git+{expected}"));
        }
    }

    #[test]
    fn addresses_of_the_web_are_shown_without_credentials() {
        assert_eq!(web("https://u:p@h.org/a/c.git").as_deref(), Some("https://h.org/a/c"));
        assert_eq!(web("git@h.org:a/c.git"), None);
        assert_eq!(["a/b.git", "git@h:b.git", "b/", "b"].map(last_part), ["b"; 4]);
    }
}
