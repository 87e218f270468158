//! Feeds the readers of histories, pipeline definitions and documents about the pipeline.

#![no_main]

use std::sync::LazyLock;

use batchseal::intake::pipeline_file::{self, Forge};
use batchseal::intake::{change_exceptions, pipeline_validation, qualification};
use batchseal::model::json;
use batchseal::provenance::history::{History, write_commit};
use batchseal_fuzz::own_name;
use libfuzzer_sys::fuzz_target;

static FEED: LazyLock<fn(&[u8])> = LazyLock::new(|| match own_name().as_str() {
    "git-commits" => commits,
    "pipeline-file" => definition,
    "change-exceptions" => exceptions,
    "pipeline-validation" => validation,
    "tool-qualification" => tool,
    name => panic!("no reader for {name}"),
});

fuzz_target!(|input: &[u8]| FEED(input));

/// What one walk reaches and what it misses is everything that is there. The input is a commit, and a list.
fn commits(input: &[u8]) {
    let like = batchseal::model::digest::GitId::parse(&"0".repeat(40)).expect("id");
    let kind = batchseal::provenance::git_object::ObjectKind::Commit;
    if let Some(id) = batchseal::provenance::git_object::id_of(kind, input, &like) {
        let mut list = Vec::new();
        write_commit(&mut list, &id, input);
        if let Ok(history) = History::parse(&list) {
            assert_eq!(history.since(&id, &[]).fresh, [0]);
        }
    }
    let Ok(history) = History::parse(input) else { return };
    for commit in history.commits() {
        let since = history.since(&commit.id, &commit.header.parents);
        assert!(since.fresh.len() + since.unreached.len() <= history.commits().len());
    }
}

fn definition(input: &[u8]) {
    for forge in [Forge::GitHub, Forge::GitLab] {
        if let Ok(references) = pipeline_file::references(input, forge) {
            assert!(references.iter().all(|reference| !reference.pinned || reference.text.len() > 1));
        }
    }
}

fn exceptions(input: &[u8]) {
    for name in ["list.csv", "list.toml", "list.json"] {
        assert!(
            change_exceptions::read(name, input).is_ok_and(|read| !read.is_empty())
                || change_exceptions::read(name, input).is_err()
        );
    }
}

fn validation(input: &[u8]) {
    if let Ok(read) = pipeline_validation::parse(input) {
        assert!(!read.files.is_empty() && !read.command.is_empty());
    }
}

/// What was read is read again from what we write of it.
fn tool(input: &[u8]) {
    if let Ok(read) = qualification::parse(input) {
        assert_eq!(qualification::parse(&json::encode(&read).expect("JSON")), Ok(read));
    }
}
