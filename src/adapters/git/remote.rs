//! URLs of remotes and submodules, without credentials.

/// URL of `origin`, or of the only remote; `None` where there is none or it is a path on this machine.
pub(super) fn url(git: &gix::Repository) -> Option<String> {
    let names = git.remote_names();
    let name = match names.iter().find(|name| name.as_slice() == b"origin") {
        Some(origin) => origin,
        None if names.len() == 1 => names.first()?,
        None => return None,
    };
    let urls = git.config_snapshot().plumbing().strings_by("remote", Some(name.as_ref()), "url")?;
    without_credentials(std::str::from_utf8(urls.first()?).ok()?)
}

/// Removes user names and passwords, queries and fragments; the user of an SSH address stays, it is part of the
/// address. `None` for paths of this machine, remote helpers and anything with control characters or spaces.
pub(super) fn without_credentials(url: &str) -> Option<String> {
    if url.is_empty() || url.chars().any(|character| character.is_whitespace() || character.is_control()) {
        return None;
    }
    if let Some((scheme, rest)) = url.split_once("://") {
        return with_scheme(scheme, rest);
    }
    if url.starts_with("./") || url.starts_with("../") {
        // Relative to the superproject's own remote (gitmodules(5)).
        return Some(url.to_owned());
    }
    let (address, path) = url.split_once(':')?;
    let is_drive = address.len() == 1;
    let (user, host) = address.split_once('@').map_or((None, address), |(user, host)| (Some(user), host));
    let plain = |part: &str| !part.is_empty() && !part.contains(['/', '\\', '@', ':']);
    // A colon or an at sign behind the first colon may hide a password (`user:secret@host:path`).
    if is_drive || path.starts_with(':') || !plain(host) || !user.is_none_or(plain) || path.contains('@') {
        return None;
    }
    Some(url.to_owned())
}

fn with_scheme(scheme: &str, rest: &str) -> Option<String> {
    let scheme = scheme.to_ascii_lowercase();
    let (authority, path) = match rest.find('/') {
        Some(slash) => rest.split_at_checked(slash)?,
        None => (rest, ""),
    };
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    if host.is_empty() {
        return None;
    }
    match scheme.as_str() {
        "http" | "https" | "git" => {
            let host = host.split(['?', '#']).next()?;
            let path = path.split(['?', '#']).next()?;
            Some(format!("{scheme}://{host}{path}"))
        }
        "ssh" | "git+ssh" | "ssh+git" => {
            let user = user.and_then(|user| user.split(':').next()).filter(|user| !user.is_empty());
            Some(
                user.map_or_else(
                    || format!("{scheme}://{host}{path}"),
                    |user| format!("{scheme}://{user}@{host}{path}"),
                ),
            )
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::without_credentials;

    #[test]
    fn removes_credentials_and_keeps_the_address() {
        for (url, expected) in [
            ("https://github.com/example/pump.git", "https://github.com/example/pump.git"),
            ("https://user:secret@example.com/pump.git", "https://example.com/pump.git"),
            ("https://secret@example.com:8443/pump.git", "https://example.com:8443/pump.git"),
            ("https://user:sec@ret@example.com/pump.git", "https://example.com/pump.git"),
            ("HTTPS://example.com/pump.git?token=secret#secret", "https://example.com/pump.git"),
            ("ssh://git:secret@example.com:22/pump.git", "ssh://git@example.com:22/pump.git"),
            ("git@example.com:group/pump.git", "git@example.com:group/pump.git"),
            ("example.com:pump.git", "example.com:pump.git"),
            ("../library.git", "../library.git"),
        ] {
            assert_eq!(without_credentials(url).as_deref(), Some(expected), "{url}");
        }
    }

    #[test]
    fn rejects_local_paths_and_what_may_hide_secrets() {
        for url in [
            "",
            "/srv/git/pump.git",
            "C:/git/pump.git",
            "C:\\git\\pump.git",
            "file:///srv/git/pump.git",
            "ext::sh -c secret",
            "helper::https://user:secret@example.com",
            "user:secret@example.com:pump.git",
            "https://",
            "https://user:secret@",
            "https://example.com/a b",
        ] {
            assert_eq!(without_credentials(url), None, "{url}");
        }
    }
}
