//! The canonical container (`docs/formats/evidence-bundle.md`), its checksum list and the files around it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests"
)]
#![allow(missing_docs, reason = "tests")]

mod archive;
mod canonical;
mod craft;
mod files;
mod foreign;
mod hostile;
mod mutation;
mod speed;
mod zip64;

use std::collections::BTreeMap;
use std::error::Error;

use batchseal::evidence::container::{Container, DosTime, encode};
use batchseal::model::name::EntryName;
use batchseal::model::time::Timestamp;

fn name(text: &str) -> EntryName {
    EntryName::parse(text).expect("name")
}

fn entries(given: &[(&str, &[u8])]) -> BTreeMap<EntryName, Vec<u8>> {
    given.iter().map(|(text, bytes)| (name(text), bytes.to_vec())).collect()
}

fn time() -> DosTime {
    Timestamp::parse("2026-11-23T14:05:00Z").expect("time").into()
}

/// A few entries: empty, text, binary, in folders, and one that looks like ZIP headers.
fn sample() -> BTreeMap<EntryName, Vec<u8>> {
    let inner = encode(&entries(&[("x", b"PK\x05\x06")]), DosTime::default()).expect("inner container");
    entries(&[
        ("INDEX.html", b"<!doctype html>\n"),
        ("batch.json", b"{}\n"),
        ("evidence/build/log.txt", b""),
        ("evidence/documents/a.zip", &inner),
        ("git/tree.txt", &[0, 255, 80, 75, 3, 4]),
    ])
}

/// The message of the refusal with its causes.
fn refusal(bytes: &[u8]) -> String {
    let error = Container::parse(bytes).expect_err("container was accepted");
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
