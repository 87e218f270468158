//! A timestamp authority on loopback: real RFC 3161 tokens of a throw-away authority, over HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use base64ct::{Base64, Encoding};
use batchseal::adapters::clock;
use batchseal::attestation::stamp::throw_away::ThrowAwayAuthority;
use batchseal::model::time::Timestamp;
use rand_core::OsRng;

pub(crate) struct Authority {
    pub(crate) url: String,
    inner: Arc<ThrowAwayAuthority>,
}

impl Authority {
    /// Valid until the first day of `year`; it answers until the test ends.
    pub(crate) fn until(year: u16) -> Self {
        let until = Timestamp::parse(&format!("{year}-01-01T00:00:00Z")).expect("time");
        let from = clock::now().plus_seconds(-86_400);
        let inner = Arc::new(ThrowAwayAuthority::new(&mut OsRng, from, until).expect("authority"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("port");
        let url = format!("http://{}/tsa", listener.local_addr().expect("address"));
        let served = Arc::clone(&inner);
        std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| answer(stream, &served)));
        Self { url, inner }
    }

    /// Its root as PEM.
    pub(crate) fn write_root(&self, path: &Path) {
        let body = Base64::encode_string(self.inner.root());
        let lines: Vec<&str> =
            body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("text")).collect();
        let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"));
        std::fs::write(path, pem).expect("file");
    }
}

fn answer(mut stream: TcpStream, authority: &ThrowAwayAuthority) {
    let mut reader = BufReader::new(stream.try_clone().expect("stream"));
    let (mut line, mut length) = (String::new(), 0_usize);
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("length");
        }
        line.clear();
    }
    let mut request = vec![0; length];
    reader.read_exact(&mut request).expect("body");
    let body = authority.answer(&request, clock::now()).expect("answer");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("head");
    stream.write_all(&body).expect("body");
}
