//! `[gate.changes]` and `[gate.builder]`.

use crate::model::digest::GitId;

use super::pipeline::{BuilderPolicy, ChangesPolicy, Ci};
use super::reader::{Item, Table};
use super::text_rules::{each, is_web_place, unique};

/// Longest name of a trailer, in bytes.
const MAX_TRAILER: usize = 40;

/// Reads `[gate.changes]`.
pub(super) fn changes(table: &Table<'_>) -> Option<ChangesPolicy> {
    let default = ChangesPolicy::default();
    let named = table.optional_as("trailers", trailers);
    let review_trailers = table.optional_as("review-trailers", trailers);
    let since = table.optional_as("since", commit);
    Some(ChangesPolicy {
        trailers: named?.unwrap_or(default.trailers),
        review_trailers: review_trailers?.unwrap_or(default.review_trailers),
        since: since?,
    })
}

fn trailers(item: &Item<'_>) -> Option<Vec<String>> {
    let entries = item.some_list("at least one trailer, such as [\"Change-Id\"]")?;
    let names = each(&entries, |entry| {
        let name = entry.string()?;
        let sound = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if begins && name.len() <= MAX_TRAILER && name.bytes().all(sound) {
            Some(name.to_owned())
        } else {
            entry.refuse("the name of a trailer: letters, digits and '-', without a colon")
        }
    })?;
    unique(names.iter().map(|name| name.to_ascii_lowercase()).zip(&entries))?;
    Some(names)
}

fn commit(item: &Item<'_>) -> Option<GitId> {
    let expected = "a whole commit id of 40 or 64 lowercase hexadecimal digits";
    GitId::parse(item.string_or(expected)?).ok().or_else(|| item.refuse(expected))
}

/// Reads `[gate.builder]`.
pub(super) fn builder(table: &Table<'_>) -> Option<BuilderPolicy> {
    let words = Ci::ALL.map(|ci| (ci.as_str(), ci));
    let ci =
        table.required("ci", "where the build runs, such as \"github-actions\"").and_then(|item| item.word(&words));
    let ids = table.optional_as("ids", ids);
    let repository = table.optional_as("repository", repository);
    let workflow = table.optional_as("workflow", |item| item.repository_path().map(str::to_owned));
    let runner = table.optional_as("runner", |item| item.visible_text().map(str::to_owned));
    let (ci, repository, workflow) = (ci?, repository?, workflow?);
    let complete =
        said(table, ci, "repository", repository.is_some()).and(said(table, ci, "workflow", workflow.is_some()));
    complete?;
    let runner = runner?;
    if runner.is_some() && ci != Ci::GitHubActions {
        table.complain("runner", "a kind of runner", "none unless ci is \"github-actions\", for no other CI tells it");
        return None;
    }
    let ids = ids?.unwrap_or_else(|| vec![ci.builder_id()]);
    Some(BuilderPolicy { ci, ids, repository, workflow, runner })
}

/// What the CI tells of itself must be expected of it.
fn said(table: &Table<'_>, ci: Ci, key: &str, there: bool) -> Option<()> {
    if there || !ci.tells_its_workflow() {
        return Some(());
    }
    table.complain(key, "nothing", format!("the {key} where ci is \"{}\"", ci.as_str()));
    None
}

fn ids(item: &Item<'_>) -> Option<Vec<String>> {
    let entries = item.some_list("at least one builder id, such as [\"https://batchseal.dev/builder/local/v1\"]")?;
    let ids = each(&entries, |entry| entry.visible_text().map(str::to_owned))?;
    unique(ids.iter().zip(&entries))?;
    Some(ids)
}

fn repository(item: &Item<'_>) -> Option<String> {
    let expected = "the URL of a repository without credentials, such as \"https://github.com/example/pump\"";
    let text = item.string_or(expected)?;
    if is_web_place(text) { Some(text.to_owned()) } else { item.refuse(expected) }
}
