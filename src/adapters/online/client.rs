//! The one HTTP client: limits on time and size, no redirects, and patience with services that fail.
//!
//! Every request of this program may be repeated: asking twice for a certificate, a stamp or a token
//! gives two of them, and a log keeps one entry of two submissions.

use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use ureq::http::Response;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use crate::attestation::service_url::ServiceUrl;

use super::error::{Problem, Service, ServiceError, excerpt};
use super::retry::{TRIES, asked_pause, pause};
use super::roots::ExtraRoots;

/// Largest answer, in bytes, unless a request says otherwise.
pub const MAX_ANSWER: u64 = 1 << 20;

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// To find the host and connect, with TLS.
    pub connect: Duration,
    /// Between two pieces of the answer; logs take their time before the first.
    pub read: Duration,
    /// For one try as a whole.
    pub total: Duration,
    /// Before the second try; doubles after that.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(30),
            total: Duration::from_secs(60),
            pause: Duration::from_secs(1),
        }
    }
}

/// One request.
pub struct Request<'a> {
    /// Whom it goes to.
    pub service: Service,
    /// Where to.
    pub url: &'a ServiceUrl,
    /// Content type and content of a `POST`; without it, it is a `GET`.
    pub content: Option<(&'static str, &'a [u8])>,
    /// The `Accept` header.
    pub accept: &'static str,
    /// The `Authorization: Bearer` secret.
    pub bearer: Option<&'a str>,
    /// Secrets in the content, which must not come back in messages.
    pub secrets: &'a [&'a str],
    /// Largest answer, in bytes.
    pub limit: u64,
}

/// An answer that came whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The `Location` header.
    pub location: Option<String>,
    /// The content.
    pub body: Vec<u8>,
    tries: u32,
    retry_after: Option<String>,
}

/// The client.
pub struct Client {
    /// The first believes the system's roots, the second further ones.
    agents: Vec<Agent>,
    pause: Duration,
}

impl Client {
    /// A client that uses the proxies of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`).
    #[must_use]
    pub fn new(patience: Patience, extra: Option<&ExtraRoots>) -> Self {
        let mut agents = vec![agent(patience, RootCerts::PlatformVerifier)];
        agents.extend(extra.map(|roots| agent(patience, roots.certificates())));
        Self { agents, pause: patience.pause }
    }

    /// Sends the request, again after failures that may pass, and reads the answer whole.
    ///
    /// Answers with a status of 400 to 499, except 429, are answers too: see [`Answer::content`].
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn send(&self, request: &Request<'_>) -> Result<Answer, ServiceError> {
        let failed = |tries, problem| ServiceError {
            service: request.service,
            place: request.url.origin().to_owned(),
            tries,
            problem,
        };
        let mut tries = 1;
        loop {
            let (problem, asked) = match self.once(request) {
                Ok(answer) if answer.status == 429 || answer.status >= 500 => {
                    let asked = asked_pause(answer.retry_after.as_deref());
                    (answer.problem(request.secrets), asked.map_err(|seconds| failed(tries, Problem::Busy(seconds)))?)
                }
                Ok(answer) if (300..400).contains(&answer.status) => {
                    return Err(failed(tries, Problem::Redirect(answer.status)));
                }
                Ok(answer) => return Ok(Answer { tries, ..answer }),
                Err(problem) => (problem, None),
            };
            let error = failed(tries, problem);
            if tries == TRIES || !error.is_passing() {
                return Err(error);
            }
            thread::sleep(asked.unwrap_or_else(|| pause(self.pause, tries)));
            tries += 1;
        }
    }

    /// One try. Where the server's certificate does not lead to the system's roots, nothing has been sent
    /// yet, and the further roots are asked.
    fn once(&self, request: &Request<'_>) -> Result<Answer, Problem> {
        let mut last = Problem::Unreachable("no connection was tried".to_owned());
        for agent in &self.agents {
            match call(agent, request) {
                Err(Problem::Untrusted(why)) => last = Problem::Untrusted(why),
                other => return other,
            }
        }
        Err(last)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HTTP client")
    }
}

impl Answer {
    /// The content, where the status is one that the interface names.
    ///
    /// # Errors
    /// [`ServiceError`] with what the service says.
    pub fn content(self, request: &Request<'_>, expected: &[u16]) -> Result<Vec<u8>, ServiceError> {
        if expected.contains(&self.status) {
            return Ok(self.body);
        }
        Err(ServiceError {
            service: request.service,
            place: request.url.origin().to_owned(),
            tries: self.tries,
            problem: self.problem(request.secrets),
        })
    }

    fn problem(&self, secrets: &[&str]) -> Problem {
        Problem::Status { got: self.status, said: excerpt(&self.body, secrets) }
    }
}

fn agent(patience: Patience, roots: RootCerts) -> Agent {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder().root_certs(roots).unversioned_rustls_crypto_provider(provider).build();
    Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("batchseal/", env!("CARGO_PKG_VERSION")))
        .timeout_global(Some(patience.total))
        .timeout_connect(Some(patience.connect))
        .timeout_recv_response(Some(patience.read))
        .timeout_per_read(Some(patience.read))
        .max_response_header_size(32 * 1024)
        .build()
        .new_agent()
}

fn call(agent: &Agent, request: &Request<'_>) -> Result<Answer, Problem> {
    let url = request.url.as_str();
    let bearer = request.bearer.map(|secret| zeroize::Zeroizing::new(format!("Bearer {secret}")));
    let result = match request.content {
        Some((kind, content)) => {
            let mut call = agent.post(url).header("Accept", request.accept).header("Content-Type", kind);
            if let Some(bearer) = &bearer {
                call = call.header("Authorization", bearer.as_str());
            }
            call.send(content)
        }
        None => {
            let mut call = agent.get(url).header("Accept", request.accept);
            if let Some(bearer) = &bearer {
                call = call.header("Authorization", bearer.as_str());
            }
            call.call()
        }
    };
    let response = result.map_err(|error| problem(&error, request.limit))?;
    read(response, request.limit)
}

fn read(mut response: Response<Body>, limit: u64) -> Result<Answer, Problem> {
    let header = |name: &str| {
        let value = response.headers().get(name)?;
        Some(value.to_str().ok()?.to_owned())
    };
    let (location, retry_after) = (header("location"), header("retry-after"));
    let status = response.status().as_u16();
    // Two bytes more, so that an answer of exactly the limit is not taken for a longer one.
    let body = response.body_mut().with_config().limit(limit.saturating_add(2)).read_to_vec();
    let body = body.map_err(|error| problem(&error, limit))?;
    if body.len() as u64 > limit {
        return Err(Problem::TooLarge(limit));
    }
    Ok(Answer { status, location, body, tries: 1, retry_after })
}

/// Messages of the HTTP library hold hosts and states, no headers and no content.
fn problem(error: &ureq::Error, limit: u64) -> Problem {
    match error {
        ureq::Error::Timeout(what) => Problem::Timeout(what.to_string()),
        ureq::Error::BodyExceedsLimit(_) => Problem::TooLarge(limit),
        ureq::Error::Protocol(why) => Problem::Broken(why.to_string()),
        ureq::Error::LargeResponseHeader(..) => Problem::Broken("its header is too large".to_owned()),
        // Before anything is sent: the system has no roots, or the server's certificate leads to none of them.
        ureq::Error::Rustls(why) => Problem::Untrusted(why.to_string()),
        ureq::Error::Io(error) => of_io(error),
        other => Problem::Unreachable(other.to_string()),
    }
}

fn of_io(error: &std::io::Error) -> Problem {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match (inner, error.kind()) {
        (Some(why @ rustls::Error::InvalidCertificate(_)), _) => Problem::Untrusted(why.to_string()),
        (_, std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock) => Problem::Timeout(error.to_string()),
        (_, std::io::ErrorKind::UnexpectedEof) => Problem::Broken("it broke off".to_owned()),
        _ => Problem::Unreachable(error.to_string()),
    }
}
