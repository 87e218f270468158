//! A very small HTTP server on loopback: each connection is one request and one scripted answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use batchseal::adapters::online::client::{Client, Patience};
use batchseal::attestation::service_url::{PlainHttp, ServiceUrl};

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Header lines, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(got, _)| got == name).map(|(_, value)| value.as_str())
    }
}

/// How it answers.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// A status, further header lines, a body.
    Whole(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// These bytes, whatever they are, and the end.
    Raw(Vec<u8>),
    /// A body that never ends.
    Endless,
    /// One byte of the body after the other, with this pause.
    Drip(Duration),
    /// Nothing for this long.
    Silent(Duration),
    /// Closes the connection at once.
    Hang,
}

impl Reply {
    pub(crate) fn json(status: u16, body: impl ToString) -> Self {
        Self::Whole(status, vec![("Content-Type", "application/json".to_owned())], body.to_string().into_bytes())
    }
}

/// A server, and everything that was asked of it.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers by a function of the number of the request (from 0) and the request.
    pub(crate) fn start(answer: impl Fn(usize, &Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let server = Self { port, asked: Arc::clone(&asked) };
        std::thread::spawn(move || {
            let answer = Arc::new(answer);
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let (answer, asked) = (Arc::clone(&answer), Arc::clone(&asked));
                std::thread::spawn(move || serve(stream, &asked, answer.as_ref()));
            }
        });
        server
    }

    /// Answers from a list, the last one again and again.
    pub(crate) fn script(replies: Vec<Reply>) -> Self {
        Self::start(move |number, _| replies[number.min(replies.len() - 1)].clone())
    }

    pub(crate) fn url(&self, path: &str) -> ServiceUrl {
        url(&format!("http://127.0.0.1:{}{path}", self.port))
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, asked: &Mutex<Vec<Asked>>, answer: &(dyn Fn(usize, &Asked) -> Reply + Sync)) {
    let Some(request) = read(&stream) else { return };
    let number = {
        let mut asked = asked.lock().unwrap();
        asked.push(request.clone());
        asked.len() - 1
    };
    // A client that has gone away is no failure of the server.
    let _ = write(stream, answer(number, &request));
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut text = String::new();
        reader.read_line(&mut text).ok().filter(|size| *size > 0)?;
        Some(text.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let text = line()?;
        let Some((name, value)) = text.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, text)| text.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { method, path, headers, body })
}

fn write(mut stream: TcpStream, reply: Reply) -> std::io::Result<()> {
    match reply {
        Reply::Whole(status, headers, body) => {
            write!(stream, "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n", body.len())?;
            for (name, value) in headers {
                write!(stream, "{name}: {value}\r\n")?;
            }
            stream.write_all(b"\r\n")?;
            stream.write_all(&body)
        }
        Reply::Raw(bytes) => stream.write_all(&bytes),
        Reply::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                stream.write_all(&[b'x'; 8192])?;
            }
        }
        Reply::Drip(pause) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")?;
            for _ in 0..1000 {
                stream.write_all(b"x")?;
                std::thread::sleep(pause);
            }
            Ok(())
        }
        Reply::Silent(pause) => {
            std::thread::sleep(pause);
            Ok(())
        }
        Reply::Hang => Ok(()),
    }
}

pub(crate) fn url(text: &str) -> ServiceUrl {
    ServiceUrl::parse(text, PlainHttp::Loopback).unwrap()
}

/// A client with little patience.
pub(crate) fn quick() -> Client {
    Client::new(
        Patience {
            connect: Duration::from_secs(2),
            read: Duration::from_millis(400),
            total: Duration::from_millis(800),
            pause: Duration::from_millis(1),
        },
        None,
    )
}

/// A client that waits for a busy machine, but tries again at once.
pub(crate) fn steady() -> Client {
    Client::new(Patience { pause: Duration::from_millis(1), ..Patience::default() }, None)
}
