//! Why a service gave nothing: which one, where, what was got, and what to do. No message holds a secret.

use std::borrow::Cow;
use std::fmt;

use crate::attestation::service_url::ServiceUrl;
use crate::attestation::sign::SignerError;
use crate::model::hint::Hint;
use crate::model::text::{counted, for_terminal};

/// What kind of service was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Fulcio.
    CertificateAuthority,
    /// Rekor.
    TransparencyLog,
    /// RFC 3161.
    TimestampAuthority,
    /// Where a CI job gets its identity token.
    TokenIssuer,
    /// TUF.
    TrustRepository,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CertificateAuthority => "certificate authority",
            Self::TransparencyLog => "transparency log",
            Self::TimestampAuthority => "timestamp authority",
            Self::TokenIssuer => "issuer of identity tokens",
            Self::TrustRepository => "repository of trust roots",
        })
    }
}

/// A service that gave nothing usable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceError {
    /// Which kind.
    pub service: Service,
    /// `scheme://host[:port]`.
    pub place: String,
    /// How often it was asked.
    pub tries: u32,
    /// What happened the last time.
    pub problem: Problem,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No connection: name not found, refused, reset, TLS.
    Unreachable(String),
    /// The certificate of the server is not trusted here.
    Untrusted(String),
    /// Nothing came in time.
    Timeout(String),
    /// The answer broke off or is no HTTP.
    Broken(String),
    /// The answer is longer than any sound one.
    TooLarge(u64),
    /// It wants to send us elsewhere.
    Redirect(u16),
    /// Another status than the interface's.
    Status {
        /// The status.
        got: u16,
        /// Beginning of what it says.
        said: String,
    },
    /// It asks for more patience than a job has.
    Busy(u64),
    /// The right status with the wrong content.
    Answer(String),
}

impl ServiceError {
    /// A failure with the content of one answer.
    pub fn answer(service: Service, url: &ServiceUrl, reason: impl fmt::Display) -> Self {
        let problem = Problem::Answer(for_terminal(&reason.to_string()));
        Self { service, place: url.origin().to_owned(), tries: 1, problem }
    }

    /// Whether the service, and not the request, is at fault: asking again later may help.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match &self.problem {
            Problem::Unreachable(_) | Problem::Timeout(_) | Problem::Broken(_) | Problem::Busy(_) => true,
            Problem::Status { got, .. } => *got == 429 || *got >= 500,
            Problem::Untrusted(_) | Problem::TooLarge(_) | Problem::Redirect(_) | Problem::Answer(_) => false,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => write!(f, "is out of reach: {why}"),
            Self::Untrusted(why) => write!(f, "shows a certificate that is not trusted here: {why}"),
            Self::Timeout(what) => write!(f, "did not answer in time ({what})"),
            Self::Broken(why) => write!(f, "gave a broken answer: {why}"),
            Self::TooLarge(limit) => write!(f, "gave an answer of more than {limit} bytes"),
            Self::Redirect(status) => write!(f, "answered {status}, a redirect, which is not followed"),
            Self::Status { got, said } if said.is_empty() => write!(f, "answered {got}"),
            Self::Status { got, said } => write!(f, "answered {got}: {said}"),
            Self::Busy(seconds) => write!(f, "is busy and asks to wait {seconds} seconds (at most 60 are waited)"),
            Self::Answer(reason) => write!(f, "gave an answer that cannot be used: {reason}"),
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.service, self.place, self.problem)?;
        if self.tries > 1 { write!(f, " (asked {})", counted(self.tries as usize, "time", "times")) } else { Ok(()) }
    }
}

impl std::error::Error for ServiceError {}

impl Hint for ServiceError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match &self.problem {
            Problem::Untrusted(_) => "Name the root certificate of the server in SSL_CERT_FILE",
            Problem::Unreachable(_) => "Check the address, HTTPS_PROXY and the firewall, and run the command again",
            Problem::Redirect(_) => "Configure the address that the redirect leads to",
            Problem::Status { got: 401 | 403, .. } => {
                "Check that the service accepts this identity token and its issuer"
            }
            Problem::Status { got: 409, .. } => "Run the command again: it makes a new key and a new entry",
            Problem::Status { got: 404 | 405, .. } => "Check the address and the version of the service's interface",
            Problem::Status { got: 400..=499, .. } if !self.is_passing() => {
                "Check that the service accepts this identity token, its issuer and this kind of entry"
            }
            Problem::Answer(_) | Problem::TooLarge(_) => "Check that the address is that of the service",
            _ => "Nothing was sealed; run the command again later",
        }))
    }
}

impl From<ServiceError> for SignerError {
    fn from(error: ServiceError) -> Self {
        let hint = error.hint().map(|hint| format!(". {hint}")).unwrap_or_default();
        Self::Service(format!("{error}{hint}"))
    }
}

/// Bytes of an answer that a message may show.
const SHOWN: usize = 200;
/// Unbroken runs of this many characters of tokens, keys and digests are not shown.
const SECRET_RUN: usize = 24;

/// The beginning of what a service says, without the request's secrets and whatever looks like one.
#[must_use]
pub fn excerpt(body: &[u8], secrets: &[&str]) -> String {
    let mut text = String::from_utf8_lossy(body.get(..body.len().min(16 * 1024)).unwrap_or_default()).into_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, "…");
    }
    let is_of_token = |letter: char| letter.is_ascii_alphanumeric() || "-_+=.".contains(letter);
    let mut shown = String::new();
    for run in text.split_inclusive(|letter: char| !is_of_token(letter)) {
        let token = run.trim_end_matches(|letter: char| !is_of_token(letter));
        // Host names and words with dots are long and harmless; the parts of a token between its dots are not.
        if token.split('.').any(|part| part.len() >= SECRET_RUN) {
            shown.push('…');
            shown.push_str(run.get(token.len()..).unwrap_or_default());
        } else {
            shown.push_str(run);
        }
    }
    let words: Vec<&str> = shown.split_whitespace().collect();
    let line = words.join(" ");
    let mut shown: String = line.chars().take(SHOWN).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    for_terminal(&shown)
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn shows_what_a_service_says() {
        let said = excerpt(b"{\"code\":3,\n \"message\":\"There was an error at fulcio.sigstore.example\"}\n", &[]);
        assert_eq!(said, "{\"code\":3, \"message\":\"There was an error at fulcio.sigstore.example\"}");
        assert!(excerpt(&b"word ".repeat(100), &[]).ends_with('…'));
        assert!(!excerpt(b"a\x1b[31mb", &[]).contains('\x1b'));
    }

    #[test]
    fn hides_the_secrets_of_the_request_and_everything_that_looks_like_one() {
        let token = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJyZXBvOmEvYiJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
        for (body, secrets) in [
            (format!("bad token {token}!"), vec![]),
            (format!("bad token {token}!"), vec![token]),
            (format!("\"{}\"", &token[3..60]), vec![]),
            ("short-secret".to_owned(), vec!["short-secret"]),
        ] {
            let said = excerpt(body.as_bytes(), &secrets);
            assert!(said.contains('…'), "{said}");
            assert!(!said.contains("eyJ") && !said.contains("hbGci") && !said.contains("short-secret"), "{said}");
        }
    }
}
