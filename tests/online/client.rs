//! The HTTP client against every way in which a service can fail.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use batchseal::adapters::online::client::{Answer, Client, Request};
use batchseal::adapters::online::error::{Problem, Service, ServiceError};
use batchseal::attestation::service_url::ServiceUrl;
use batchseal::model::hint::Hint;

use crate::server::{Reply, Server, quick, steady, url};

const LIMIT: u64 = 1000;

fn request<'a>(url: &'a ServiceUrl, content: Option<(&'static str, &'a [u8])>) -> Request<'a> {
    Request {
        service: Service::TransparencyLog,
        url,
        content,
        accept: "application/json",
        bearer: None,
        secrets: &[],
        limit: LIMIT,
    }
}

fn get(client: &Client, url: &ServiceUrl) -> Result<Answer, ServiceError> {
    client.send(&request(url, None))
}

/// One failure after another, and how often the service was asked.
fn fails(replies: Vec<Reply>) -> (ServiceError, usize) {
    let server = Server::script(replies);
    let error = get(&quick(), &server.url("/")).unwrap_err();
    assert!(error.hint().is_some());
    let text = error.to_string();
    assert!(text.starts_with(&format!("transparency log http://127.0.0.1:{} ", server.port)), "{text}");
    (error, server.asked().len())
}

#[test]
fn sends_what_is_to_be_sent_and_reads_the_answer() {
    let server = Server::script(vec![Reply::json(201, "{}")]);
    let url = server.url("/api?x=1");
    let request = Request { bearer: Some("word"), ..request(&url, Some(("application/json", b"[1]"))) };
    let answer = steady().send(&request).unwrap();
    assert_eq!(answer.content(&request, &[201]).unwrap(), b"{}");
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("POST", "/api?x=1"));
    assert_eq!(asked[0].header("authorization"), Some("Bearer word"));
    assert_eq!(asked[0].header("content-type"), Some("application/json"));
    assert_eq!(asked[0].header("user-agent"), Some(concat!("batchseal/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(asked[0].body, b"[1]");
}

#[test]
fn asks_again_after_failures_of_the_service() {
    for failure in [Reply::json(500, "x"), Reply::json(503, "x"), Reply::Hang, Reply::Raw(b"HTTP/1.1 2".to_vec())] {
        let server = Server::script(vec![failure.clone(), failure, Reply::json(200, "{}")]);
        assert_eq!(get(&steady(), &server.url("/")).unwrap().body, b"{}");
        assert_eq!(server.asked().len(), 3);
    }
}

#[test]
fn gives_up_after_four_tries_and_says_what_it_got() {
    let (error, asked) = fails(vec![Reply::json(503, "under \x1b[31mrepair")]);
    assert_eq!(asked, 4);
    let text = error.to_string();
    assert!(text.contains("answered 503: under ") && text.ends_with("repair (asked 4 times)"), "{text}");
    assert!(!text.contains('\x1b') && error.is_passing(), "{text}");
}

#[test]
fn does_not_ask_again_when_the_request_is_at_fault() {
    for status in [400, 401, 404, 409, 422] {
        let server = Server::script(vec![Reply::json(status, "no such thing")]);
        let url = server.url("/");
        let request = request(&url, Some(("application/json", b"{}")));
        let error = steady().send(&request).unwrap().content(&request, &[200, 201]).unwrap_err();
        assert_eq!(error.problem, Problem::Status { got: status, said: "no such thing".to_owned() });
        assert_eq!((server.asked().len(), error.tries), (1, 1));
        assert!(!error.is_passing());
    }
}

#[test]
fn waits_as_long_as_it_is_asked_to_but_not_longer_than_a_minute() {
    let busy = |seconds: &str| Reply::Whole(429, vec![("Retry-After", seconds.to_owned())], Vec::new());
    let server = Server::script(vec![busy("1"), busy("0"), Reply::json(200, "{}")]);
    let start = Instant::now();
    assert!(get(&steady(), &server.url("/")).is_ok());
    assert!(start.elapsed() >= Duration::from_secs(1) && server.asked().len() == 3);
    let (error, asked) = fails(vec![busy("3600")]);
    assert_eq!((error.problem, asked), (Problem::Busy(3600), 1));
    let (error, asked) = fails(vec![busy("tomorrow")]);
    assert!(matches!(error.problem, Problem::Status { got: 429, .. }) && asked == 4);
}

#[test]
fn reads_answers_up_to_the_limit_and_refuses_longer_and_endless_ones() {
    let sized = |size| Reply::Whole(200, Vec::new(), vec![b'x'; size]);
    let server = Server::script(vec![sized(1000)]);
    assert_eq!(get(&steady(), &server.url("/")).unwrap().body.len(), 1000);
    let untold = [&b"HTTP/1.1 200 OK\r\n\r\n"[..], &[b'x'; 1001]].concat();
    for reply in [sized(1001), sized(5000), Reply::Endless, Reply::Raw(untold)] {
        let (error, asked) = fails(vec![reply.clone()]);
        assert_eq!((&error.problem, asked), (&Problem::TooLarge(1000), 1), "{reply:?}");
        assert!(!error.is_passing());
    }
}

#[test]
fn refuses_answers_that_break_off_or_are_no_http() {
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort".to_vec();
    let chunk = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab".to_vec();
    let header = [&b"HTTP/1.1 200 OK\r\nX: "[..], &[b'x'; 40_000], b"\r\n\r\n"].concat();
    for bytes in [cut, chunk, header, b"SSH-2.0-x\r\n\r\n".to_vec(), b"HTTP/1.1 200 OK\r\n".to_vec()] {
        let (error, _) = fails(vec![Reply::Raw(bytes)]);
        assert!(matches!(error.problem, Problem::Broken(_) | Problem::Unreachable(_)), "{error}");
        assert!(error.is_passing(), "{error}");
    }
}

#[test]
fn does_not_wait_for_ever() {
    let start = Instant::now();
    for reply in [Reply::Silent(Duration::from_secs(30)), Reply::Drip(Duration::from_millis(100))] {
        let (error, asked) = fails(vec![reply.clone()]);
        assert!(matches!(error.problem, Problem::Timeout(_)), "{reply:?}: {error}");
        assert_eq!(asked, 4);
    }
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn names_the_place_where_nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for text in [format!("http://127.0.0.1:{port}/secret"), "https://nowhere.invalid/secret".to_owned()] {
        let error = get(&quick(), &url(&text)).unwrap_err();
        assert!(matches!(error.problem, Problem::Unreachable(_)), "{error}");
        assert!(error.is_passing() && error.tries == 4 && !error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn follows_no_redirect() {
    let elsewhere = Server::script(vec![Reply::json(200, "{}")]);
    let to = elsewhere.url("/").as_str().to_owned();
    for status in [301, 302, 307, 308] {
        let (error, asked) = fails(vec![Reply::Whole(status, vec![("Location", to.clone())], Vec::new())]);
        assert_eq!((error.problem, asked), (Problem::Redirect(status), 1));
    }
    let server = Server::script(vec![Reply::Whole(307, vec![("Location", to)], Vec::new())]);
    let url = server.url("/");
    assert!(quick().send(&request(&url, Some(("application/json", b"{}")))).is_err());
    assert!(elsewhere.asked().is_empty());
}

#[test]
fn repeats_no_secret_that_a_service_throws_back() {
    let server = Server::start(|_, asked| Reply::json(403, String::from_utf8_lossy(&asked.body)));
    let url = server.url("/");
    let secrets = ["hunter2"];
    let request = Request { secrets: &secrets, ..request(&url, Some(("text/plain", b"token hunter2 refused"))) };
    let error = steady().send(&request).unwrap().content(&request, &[200]).unwrap_err();
    assert!(error.to_string().contains("token … refused"), "{error}");
}
