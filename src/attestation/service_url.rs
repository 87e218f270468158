//! Addresses of services (RFC 3986): `https`, and plain `http` only where nobody can listen or somebody said so.

use std::fmt;
// `core::net` has addresses only, no sockets.
use core::net::{Ipv4Addr, Ipv6Addr};

/// Longest address, in bytes.
const MAX_LENGTH: usize = 2048;

/// Where `http://` is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainHttp {
    /// On this machine only (`localhost`, `127.0.0.0/8`, `[::1]`).
    Loopback,
    /// Anywhere: a person named it in a configuration.
    Named,
}

/// An address that may be called: scheme, host and path are sound, and it holds no user name or password.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServiceUrl {
    text: String,
    /// Bytes of `scheme://host[:port]`.
    origin: usize,
    host: String,
}

/// Why a text is no address of a service. The text itself may hold a password and is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceUrlError {
    /// Not an absolute `https` or `http` URL.
    #[error("address of a service is malformed: {0} (expected https://host[:port][/path])")]
    Malformed(&'static str),
    /// Everyone on the way could read and change it.
    #[error("address http://{0} is not encrypted (expected https, or http on this machine)")]
    Plain(String),
}

impl ServiceUrl {
    /// Parses an address.
    ///
    /// # Errors
    /// [`ServiceUrlError`] for anything but an absolute URL without user, password and fragment.
    pub fn parse(text: &str, plain: PlainHttp) -> Result<Self, ServiceUrlError> {
        if text.len() > MAX_LENGTH {
            return Err(ServiceUrlError::Malformed("it is longer than 2048 bytes"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte)) {
            return Err(ServiceUrlError::Malformed("it holds a character that an address cannot hold"));
        }
        let (scheme, rest) = text.split_once("://").ok_or(ServiceUrlError::Malformed("it has no scheme"))?;
        let secure = match scheme {
            "https" => true,
            "http" => false,
            _ => return Err(ServiceUrlError::Malformed("the scheme is another one")),
        };
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let host = host_of(authority)?.to_ascii_lowercase();
        if !secure && plain == PlainHttp::Loopback && !is_loopback(&host) {
            return Err(ServiceUrlError::Plain(host));
        }
        Ok(Self { text: text.to_owned(), origin: scheme.len() + 3 + authority.len(), host })
    }

    /// The whole address, for the request only: its query may hold what is nobody's business.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `scheme://host[:port]`, for messages.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.text.get(..self.origin).unwrap_or_default()
    }

    /// The host in lower case, IPv6 addresses in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }

    /// The address with more path (`path` begins without a slash).
    ///
    /// # Errors
    /// [`ServiceUrlError`] when the base has a query or the result is no address.
    pub fn join(&self, path: &str) -> Result<Self, ServiceUrlError> {
        if self.text.contains('?') {
            return Err(ServiceUrlError::Malformed("a path cannot follow a query"));
        }
        Self::parse(&format!("{}/{path}", self.text.trim_end_matches('/')), PlainHttp::Named)
    }

    /// The address with one more query parameter; the value is percent-encoded.
    ///
    /// # Errors
    /// [`ServiceUrlError`] when the result is too long.
    pub fn with_query(&self, name: &str, value: &str) -> Result<Self, ServiceUrlError> {
        let mark = if self.text.contains('?') { '&' } else { '?' };
        Self::parse(&format!("{}{mark}{name}={}", self.text, percent_encoded(value)), PlainHttp::Named)
    }
}

fn host_of(authority: &str) -> Result<&str, ServiceUrlError> {
    if authority.contains('@') {
        return Err(ServiceUrlError::Malformed("it holds a user name or password"));
    }
    let (host, port) = if authority.starts_with('[') {
        let end = authority.find(']').ok_or(ServiceUrlError::Malformed("the host is malformed"))? + 1;
        (authority.get(..end).unwrap_or_default(), authority.get(end..).unwrap_or_default())
    } else {
        authority.split_at(authority.find(':').unwrap_or(authority.len()))
    };
    let port_is_sound = port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| {
            digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok_and(|port| port > 0)
        });
    if !port_is_sound {
        return Err(ServiceUrlError::Malformed("the port is malformed"));
    }
    if is_host(host) { Ok(host) } else { Err(ServiceUrlError::Malformed("the host is malformed")) }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    !host.is_empty()
        && host.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        })
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host == "[::1]" || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// Everything but the unreserved characters of RFC 3986 section 2.3.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

impl fmt::Display for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.origin())
    }
}

impl fmt::Debug for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::{PlainHttp, ServiceUrl, ServiceUrlError};

    fn parse(text: &str) -> Result<ServiceUrl, ServiceUrlError> {
        ServiceUrl::parse(text, PlainHttp::Loopback)
    }

    #[test]
    fn accepts_https_and_loopback_http() {
        for (text, origin, host) in [
            ("https://Fulcio.example/", "https://Fulcio.example", "fulcio.example"),
            ("https://a.example:8443/x?y=1", "https://a.example:8443", "a.example"),
            ("https://[2001:db8::1]:1/x", "https://[2001:db8::1]:1", "[2001:db8::1]"),
            ("http://127.0.0.9:80", "http://127.0.0.9:80", "127.0.0.9"),
            ("http://localhost:3000/api", "http://localhost:3000", "localhost"),
            ("http://[::1]:3000", "http://[::1]:3000", "[::1]"),
        ] {
            let url = parse(text).expect(text);
            assert_eq!((url.origin(), url.host()), (origin, host));
        }
    }

    #[test]
    fn rejects_plain_http_elsewhere_unless_a_person_named_it() {
        for text in ["http://log.example", "http://127.0.0.1.example", "http://localhost.example/", "http://0.0.0.0"] {
            assert!(matches!(parse(text), Err(ServiceUrlError::Plain(_))), "{text}");
            assert!(ServiceUrl::parse(text, PlainHttp::Named).is_ok(), "{text}");
        }
    }

    #[test]
    fn rejects_addresses_that_are_none_or_hide_something() {
        for text in [
            "",
            "fulcio.example",
            "ftp://a.example",
            "HTTPS://a.example",
            "https://",
            "https:///x",
            "https://a..example",
            "https://user:secret@a.example",
            "https://a.example:0",
            "https://a.example:99999",
            "https://a.example:+1",
            "https://a.example#x",
            "https://a.example/a b",
            "https://a.example/\u{e9}",
            "https://[::1",
            "https://[x]",
            "https://-a.example",
            "https://a.example\r\nHost: b",
        ] {
            assert!(matches!(parse(text), Err(ServiceUrlError::Malformed(_))), "{text:?}");
        }
        let long = format!("https://a.example/{}", "x".repeat(2048));
        assert!(parse(&long).is_err());
        let error = parse("https://user:secret@a.example").expect_err("refused").to_string();
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn joins_paths_and_encodes_queries() {
        let base = parse("https://a.example/base/").expect("address");
        assert_eq!(base.join("api/v2").expect("address").as_str(), "https://a.example/base/api/v2");
        let query = base.with_query("audience", "a&b=c").expect("address");
        assert_eq!(query.as_str(), "https://a.example/base/?audience=a%26b%3Dc");
        assert_eq!(query.with_query("x", "1").expect("address").as_str().matches('&').count(), 1);
        assert!(query.join("api").is_err());
        assert_eq!(format!("{query} {query:?}"), "https://a.example https://a.example");
    }
}
