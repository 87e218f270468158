//! Where identity tokens come from, and which of them are refused before anything is sent.

use std::collections::HashMap;
use std::path::Path;

use batchseal::adapters::online::identity::{TokenError, TokenSource};
use batchseal::attestation::identity_token::{IdentityToken, IdentityTokenError};
use batchseal::model::hint::Hint;
use batchseal::model::time::Timestamp;
use serde_json::json;

use crate::instance::{now, token};
use crate::server::{Reply, Server, steady};

fn find(file: Option<&Path>, variables: &[(&str, &str)]) -> Result<TokenSource, TokenError> {
    let variables: HashMap<&str, &str> = variables.iter().copied().collect();
    TokenSource::find(file, &|name| variables.get(name).map(|value| (*value).to_owned()))
}

fn get(source: &TokenSource) -> Result<IdentityToken, TokenError> {
    source.token(&steady(), "sigstore", Timestamp::from_unix(now()).unwrap())
}

const GITHUB: [(&str, &str); 3] = [
    ("GITHUB_ACTIONS", "true"),
    ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://run.example/token?api-version=2.0"),
    ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "bearer-word"),
];

#[test]
fn looks_in_the_documented_order() {
    let all = [&GITHUB[..], &[("SIGSTORE_ID_TOKEN", "a.b.c"), ("BUILDKITE", "true"), ("GITLAB_CI", "true")]].concat();
    assert!(matches!(find(Some(Path::new("token")), &all), Ok(TokenSource::File(_))));
    assert!(matches!(find(None, &all), Ok(TokenSource::Variable(_))));
    assert!(matches!(find(None, &GITHUB), Ok(TokenSource::GitHub { .. })));
    assert!(matches!(find(None, &[("BUILDKITE", "true")]), Ok(TokenSource::Buildkite)));
}

#[test]
fn says_what_the_ci_system_at_hand_asks_for() {
    for (variables, hint) in [
        (vec![("GITHUB_ACTIONS", "true")], "id-token: write"),
        (vec![("GITHUB_ACTIONS", "true"), ("SIGSTORE_ID_TOKEN", " ")], "id-token: write"),
        (vec![("GITLAB_CI", "true")], "id_tokens"),
        (vec![], "Name a file"),
    ] {
        let error = find(None, &variables).unwrap_err();
        assert!(error.hint().unwrap().contains(hint), "{error}");
    }
    let plain = find(None, &[GITHUB[0], ("ACTIONS_ID_TOKEN_REQUEST_URL", "http://run.example"), GITHUB[2]]);
    assert!(matches!(plain, Err(TokenError::Url(_))));
}

#[test]
fn gets_a_token_of_github_for_the_audience_with_the_bearer() {
    let text = token("sigstore", now() + 300);
    let server = Server::script(vec![Reply::json(200, json!({"count": 1, "value": *text}))]);
    let url = server.url("/token?api-version=2.0").as_str().to_owned();
    let source = find(None, &[GITHUB[0], ("ACTIONS_ID_TOKEN_REQUEST_URL", &url), GITHUB[2]]).unwrap();
    assert_eq!(get(&source).unwrap().secret(), text.as_str());
    let asked = &server.asked()[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("GET", "/token?api-version=2.0&audience=sigstore"));
    assert_eq!(asked.header("authorization"), Some("Bearer bearer-word"));
}

#[test]
fn shows_neither_bearer_nor_token_when_github_refuses() {
    let text = token("sigstore", now() + 300);
    for reply in [
        Reply::json(403, format!("bearer-word {}", *text)),
        Reply::json(500, format!("bearer-word {}", *text)),
        Reply::json(200, format!("\"bearer-word {}\"", *text)),
        Reply::json(200, json!({"value": "not a token bearer-word"})),
        Reply::Whole(302, vec![("Location", format!("http://127.0.0.1:1/{}", *text))], Vec::new()),
    ] {
        let server = Server::script(vec![reply]);
        let url = server.url("/token?x=y").as_str().to_owned();
        let source = find(None, &[GITHUB[0], ("ACTIONS_ID_TOKEN_REQUEST_URL", &url), GITHUB[2]]).unwrap();
        let error = get(&source).unwrap_err();
        let shown = format!("{error} {error:?} {source:?} {:?}", error.hint());
        assert!(!shown.contains("bearer-word") && !shown.contains("x=y"), "{shown}");
        assert!(text.split('.').all(|part| !shown.contains(part)), "{shown}");
    }
}

#[test]
fn reads_a_token_file_and_refuses_what_is_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let text = token("sigstore", now() + 300);
    std::fs::write(&path, format!("{}\n", *text)).unwrap();
    let source = find(Some(&path), &[]).unwrap();
    assert_eq!(get(&source).unwrap().secret(), text.as_str());
    for bytes in [&b""[..], b"password", b"\xff\xfe", &[b'x'; 40_000]] {
        std::fs::write(&path, bytes).unwrap();
        let error = get(&source).unwrap_err();
        assert!(!error.to_string().contains("password"), "{error}");
    }
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(get(&source), Err(TokenError::File(_))));
}

#[test]
fn refuses_expired_tokens_and_those_for_another_audience() {
    for (text, expired) in [(token("sigstore", now() - 1), true), (token("npm:registry", now() + 300), false)] {
        let source = find(None, &[("SIGSTORE_ID_TOKEN", text.as_str())]).unwrap();
        let error = get(&source).unwrap_err();
        assert_eq!(matches!(error, TokenError::Token(IdentityTokenError::Expired { .. })), expired, "{error}");
        assert_eq!(matches!(error, TokenError::Token(IdentityTokenError::Audience { .. })), !expired, "{error}");
        let shown = format!("{error} {error:?} {source:?}");
        assert!(text.split('.').all(|part| !shown.contains(part)), "{shown}");
    }
}
