//! Servers with certificates: those of the named file are believed, all others are not.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use batchseal::adapters::online::client::{Answer, Client, MAX_ANSWER, Patience, Request};
use batchseal::adapters::online::error::{Problem, Service, ServiceError};
use batchseal::adapters::online::roots::ExtraRoots;

use crate::server::url;

/// `openssl s_server -www`, ended with the test.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn make_certificate(folder: &Path, name: &str) {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=serverAuth"])
        .args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.pem")])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

fn serve(folder: &Path) -> Server {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let child = Command::new("openssl")
        .args(["s_server", "-quiet", "-www", "-cert", "ours.pem", "-key", "ours.key", "-accept", &port.to_string()])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Server { child, port }
}

fn get(server: &Server, host: &str, roots: Option<&ExtraRoots>) -> Result<Answer, ServiceError> {
    let url = url(&format!("https://{host}:{}/", server.port));
    let patience = Patience { pause: Duration::from_millis(500), ..Patience::default() };
    Client::new(patience, roots).send(&Request {
        service: Service::CertificateAuthority,
        url: &url,
        content: None,
        accept: "*/*",
        bearer: None,
        secrets: &[],
        limit: MAX_ANSWER,
    })
}

#[test]
fn believes_servers_of_the_named_roots_and_no_others() {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: openssl is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    make_certificate(folder.path(), "ours");
    make_certificate(folder.path(), "other");
    let server = serve(folder.path());
    let roots = |name: &str| ExtraRoots::read(&folder.path().join(name)).unwrap();
    let answer = get(&server, "localhost", Some(&roots("ours.pem"))).unwrap();
    assert_eq!(answer.status, 200);
    for (host, roots) in
        [("localhost", None), ("localhost", Some(roots("other.pem"))), ("127.0.0.1", Some(roots("ours.pem")))]
    {
        let error = get(&server, host, roots.as_ref()).unwrap_err();
        assert!(matches!(error.problem, Problem::Untrusted(_)), "{error}");
        assert_eq!(error.tries, 1, "{error}");
    }
}

#[test]
fn refuses_files_without_root_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roots.pem");
    for bytes in [&b""[..], b"text", b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        std::fs::write(&path, bytes).unwrap();
        assert!(ExtraRoots::read(&path).is_err(), "{bytes:?}");
    }
    assert!(ExtraRoots::read(&folder.path().join("absent")).is_err());
}
