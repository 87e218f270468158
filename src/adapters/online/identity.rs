//! Identity tokens of CI jobs, and of people who bring their own.
//!
//! Looked for in this order; the first that is there is taken, and its failure is not papered over by the next:
//!
//! 1. the file that the user names;
//! 2. `SIGSTORE_ID_TOKEN` (GitLab CI's `id_tokens:`, and whoever sets it);
//! 3. GitHub Actions: `ACTIONS_ID_TOKEN_REQUEST_URL` with `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, also of GitHub Enterprise;
//! 4. Buildkite: `buildkite-agent oidc request-token`.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::adapters::files::{self, FileError};
use crate::attestation::identity_token::{IdentityToken, IdentityTokenError, MAX_TOKEN};
use crate::attestation::service_url::{PlainHttp, ServiceUrl, ServiceUrlError};
use crate::model::hint::Hint;
use crate::model::time::Timestamp;

use super::client::{Client, MAX_ANSWER, Request};
use super::error::{Service, ServiceError};

/// Where a token comes from.
pub enum TokenSource {
    /// A file that holds it.
    File(PathBuf),
    /// An environment variable that held it.
    Variable(Zeroizing<String>),
    /// GitHub Actions.
    GitHub {
        /// Where to ask.
        url: ServiceUrl,
        /// What to ask with.
        bearer: Zeroizing<String>,
    },
    /// Buildkite's agent.
    Buildkite,
}

/// Why there is no token. No message holds one.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// No source at all.
    #[error("no identity token is at hand: no file is named and this is no job of a known CI system")]
    NoSource,
    /// GitHub gives tokens only to jobs that ask for the permission.
    #[error("this GitHub Actions job may not ask for an identity token (ACTIONS_ID_TOKEN_REQUEST_URL is not set)")]
    GitHubPermission,
    /// GitLab gives tokens only to jobs that declare them.
    #[error("this GitLab job has no identity token (SIGSTORE_ID_TOKEN is not set)")]
    GitLabDeclaration,
    /// The address that GitHub gave.
    #[error("ACTIONS_ID_TOKEN_REQUEST_URL: {0}")]
    Url(#[from] ServiceUrlError),
    /// The file.
    #[error("identity token cannot be read: {0}")]
    File(#[from] FileError),
    /// Buildkite's agent.
    #[error("buildkite-agent gave no identity token: {0}")]
    Agent(String),
    /// The issuer.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The token is none, or not for this.
    #[error(transparent)]
    Token(#[from] IdentityTokenError),
}

impl Hint for TokenError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::NoSource => "Name a file that holds a token, or run in a CI job that may ask for one",
            Self::GitHubPermission => "Add `permissions: id-token: write` to the job",
            Self::GitLabDeclaration => "Add `id_tokens: SIGSTORE_ID_TOKEN: aud: sigstore` to the job",
            Self::Url(_) | Self::Agent(_) => "Look at the set-up of the CI system",
            Self::File(_) => "Write the token, and nothing else, to the file",
            Self::Service(error) => return error.hint(),
            Self::Token(IdentityTokenError::Audience { .. }) => "Ask the issuer for a token of the expected audience",
            Self::Token(_) => "Get a new identity token and run the command again",
        }))
    }
}

#[derive(Deserialize)]
struct AnswerWire {
    value: String,
}

impl TokenSource {
    /// Finds the source, by the order above. `variable` looks a name up in the environment.
    ///
    /// # Errors
    /// [`TokenError`] when there is none, with what the CI system at hand asks for.
    pub fn find(file: Option<&Path>, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, TokenError> {
        if let Some(file) = file {
            return Ok(Self::File(file.to_path_buf()));
        }
        let secret = |name: &str| variable(name).filter(|text| !text.trim().is_empty()).map(Zeroizing::new);
        let is_true = |name: &str| variable(name).is_some_and(|text| text == "true");
        if let Some(token) = secret("SIGSTORE_ID_TOKEN") {
            return Ok(Self::Variable(token));
        }
        let github = (secret("ACTIONS_ID_TOKEN_REQUEST_URL"), secret("ACTIONS_ID_TOKEN_REQUEST_TOKEN"));
        if let (Some(url), Some(bearer)) = github {
            return Ok(Self::GitHub { url: ServiceUrl::parse(&url, PlainHttp::Loopback)?, bearer });
        }
        if is_true("GITHUB_ACTIONS") {
            return Err(TokenError::GitHubPermission);
        }
        if is_true("GITLAB_CI") {
            return Err(TokenError::GitLabDeclaration);
        }
        if is_true("BUILDKITE") { Ok(Self::Buildkite) } else { Err(TokenError::NoSource) }
    }

    /// Finds the source in the environment of this process.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn of_environment(file: Option<&Path>) -> Result<Self, TokenError> {
        Self::find(file, &|name| std::env::var(name).ok())
    }

    /// Gets a token for the audience; refuses one that is expired or for another audience.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn token(&self, client: &Client, audience: &str, now: Timestamp) -> Result<IdentityToken, TokenError> {
        let text = match self {
            Self::File(path) => utf8(Zeroizing::new(files::read(path, MAX_TOKEN as u64)?))?,
            Self::Variable(token) => token.clone(),
            Self::GitHub { url, bearer } => of_github(client, url, bearer, audience)?,
            Self::Buildkite => of_buildkite(audience)?,
        };
        let token = IdentityToken::parse(&text)?;
        token.check(audience, now)?;
        Ok(token)
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "identity token in {}", path.display()),
            Self::Variable(_) => f.write_str("identity token in SIGSTORE_ID_TOKEN"),
            Self::GitHub { url, .. } => write!(f, "identity token of GitHub Actions at {url}"),
            Self::Buildkite => f.write_str("identity token of buildkite-agent"),
        }
    }
}

fn utf8(bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<String>, TokenError> {
    let text = std::str::from_utf8(&bytes).map_err(|_| IdentityTokenError::Malformed("it is not text"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn of_github(client: &Client, url: &ServiceUrl, bearer: &str, audience: &str) -> Result<Zeroizing<String>, TokenError> {
    let url = url.with_query("audience", audience)?;
    let request = Request {
        service: Service::TokenIssuer,
        url: &url,
        content: None,
        accept: "application/json",
        bearer: Some(bearer.trim()),
        secrets: &[bearer.trim()],
        limit: MAX_ANSWER,
    };
    let answer = Zeroizing::new(client.send(&request)?.content(&request, &[200])?);
    let wire: AnswerWire = serde_json::from_slice(&answer)
        .map_err(|_| ServiceError::answer(Service::TokenIssuer, &url, "expected JSON with a value"))?;
    Ok(Zeroizing::new(wire.value))
}

fn of_buildkite(audience: &str) -> Result<Zeroizing<String>, TokenError> {
    let output = Command::new("buildkite-agent")
        .args(["oidc", "request-token", "--audience", audience])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .map_err(|error| TokenError::Agent(error.to_string()))?;
    let stdout = Zeroizing::new(output.stdout);
    if output.status.success() { utf8(stdout) } else { Err(TokenError::Agent(output.status.to_string())) }
}
