//! URLs of git remotes as they may stand in a record (git-clone(1), "Git URLs").

/// A URL with a password or token in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("remote URL holds credentials")]
pub struct HoldsCredentials;

/// The remote as a URL, which with `git+` before it is an SPDX download location; `None` for a place on
/// this machine. Git's short form `user@host:path` is written as `ssh://user@host/path`.
///
/// # Errors
/// [`HoldsCredentials`].
pub fn parse(remote: &str) -> Result<Option<String>, HoldsCredentials> {
    let remote = remote.strip_prefix("git+").unwrap_or(remote);
    let Some((scheme, rest)) = remote.split_once("://") else {
        let short_form =
            remote.split_once(':').filter(|(host, path)| host.contains('@') && !host.contains('/') && !path.is_empty());
        let Some((host, path)) = short_form else { return Ok(None) };
        return Ok(Some(format!("ssh://{host}/{}", path.trim_start_matches('/'))));
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let harmless = |user: &str| scheme == "ssh" && !user.contains([':', '@']);
    if authority.rsplit_once('@').is_some_and(|(user, _)| !harmless(user)) {
        return Err(HoldsCredentials);
    }
    let known = matches!(scheme, "https" | "http" | "ssh" | "git");
    Ok((known && !authority.is_empty()).then(|| format!("{scheme}://{rest}")))
}

#[cfg(test)]
mod tests {
    use super::{HoldsCredentials, parse};

    #[test]
    fn keeps_network_places_and_drops_local_ones() {
        for (remote, expected) in [
            ("https://forge.example/dev/pump.git", Some("https://forge.example/dev/pump.git")),
            ("git+https://forge.example/dev/pump", Some("https://forge.example/dev/pump")),
            ("git@forge.example:dev/pump.git", Some("ssh://git@forge.example/dev/pump.git")),
            ("ssh://git@forge.example:22/dev/pump.git", Some("ssh://git@forge.example:22/dev/pump.git")),
            ("https://forge.example/@scope/pump", Some("https://forge.example/@scope/pump")),
            ("/srv/git/pump.git", None),
            ("../pump", None),
            ("C:/git/pump", None),
            ("file:///srv/git/pump.git", None),
            ("", None),
        ] {
            assert_eq!(parse(remote), Ok(expected.map(str::to_owned)), "{remote}");
        }
    }

    #[test]
    fn refuses_urls_with_credentials() {
        for remote in ["https://user:pw@host/r", "https://token@host/r", "ssh://git:pw@host/r", "https://a@b@host/r"] {
            assert_eq!(parse(remote), Err(HoldsCredentials), "{remote}");
        }
    }
}
