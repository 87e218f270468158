//! `evidence.toml`: raw text to [`EvidenceList`] (`docs/reference/evidence-toml.md`).

use crate::model::role::Role;

use super::error::{FileKind, PolicyErrors};
use super::evidence::{EvidenceList, ListedDocument, ListedTests, MAX_LISTED};
use super::parse_facts::schema;
use super::reader::{Item, Table};
use super::text_rules::unique;
use super::{file, keys};

impl EvidenceList {
    /// Parses the bytes of an `evidence.toml`; `file_name` is how messages name it.
    ///
    /// # Errors
    /// [`PolicyErrors`] with everything that is wrong.
    pub fn parse(bytes: &[u8], file_name: &str) -> Result<Self, PolicyErrors> {
        file::read(bytes, file_name, FileKind::Evidence, list).map(|read| read.value)
    }
}

fn list(root: &Table<'_>) -> Option<EvidenceList> {
    let root = root.clone().only(keys::EVIDENCE_ROOT);
    let schema = schema(&root);
    let tests = root.optional_as("tests", tests).map(Option::unwrap_or_default);
    let reports = |key| root.optional_as(key, files).map(Option::unwrap_or_default);
    let (scans, sarif, coverage) = (reports("scan"), reports("sarif"), reports("coverage"));
    let documents = root.optional_as("document", documents).map(Option::unwrap_or_default);
    root.refuse_unfilled();
    schema?;
    let (scans, sarif, coverage) = (scans?, sarif?, coverage?);
    Some(EvidenceList { tests: tests?, scans, sarif, coverage, documents: documents? })
}

fn files(item: &Item<'_>) -> Option<Vec<String>> {
    let read = item.tables(keys::REPORT, |table| {
        let file = table.required("file", "a path relative to the repository root")?;
        Some((file.repository_path()?.to_owned(), file))
    })?;
    bounded(item, read.len())?;
    unique(read.iter().map(|(path, file)| (path, file)))?;
    Some(read.into_iter().map(|(path, _)| path).collect())
}

fn tests(item: &Item<'_>) -> Option<Vec<ListedTests>> {
    let read = item.tables(keys::TESTS, report)?;
    bounded(item, read.len())?;
    unique(read.iter().map(|(report, file)| (&report.file, file)))?;
    Some(read.into_iter().map(|(report, _)| report).collect())
}

fn report<'r>(table: &Table<'r>) -> Option<(ListedTests, Item<'r>)> {
    let file_item = table.required("file", "a path relative to the repository root");
    let file = file_item.as_ref().and_then(Item::repository_path);
    let text = |key| table.optional_as(key, |item| item.visible_text().map(str::to_owned));
    let (suite, executor) = (table.optional_as("suite", word), text("executor"));
    Some((ListedTests { file: file?.to_owned(), suite: suite?, executor: executor? }, file_item?))
}

fn documents(item: &Item<'_>) -> Option<Vec<ListedDocument>> {
    let read = item.tables(keys::DOCUMENT, document)?;
    bounded(item, read.len())?;
    unique(read.iter().map(|(document, file)| ((&document.kind, &document.file), file)))?;
    Some(read.into_iter().map(|(document, _)| document).collect())
}

fn document<'r>(table: &Table<'r>) -> Option<(ListedDocument, Item<'r>)> {
    let kind = table.required("kind", "the kind of document, such as \"risk-management-file\"");
    let kind = kind.as_ref().and_then(word);
    let file_item = table.required("file", "a path relative to the repository root");
    let file = file_item.as_ref().and_then(Item::repository_path);
    let text = |item: &Item<'r>| item.visible_text().map(str::to_owned);
    let id = table.required("id", "the document's id, such as \"RMF-0001\"").as_ref().and_then(text);
    let revision = table.required("revision", "the document's revision, such as \"3\"").as_ref().and_then(text);
    let approver = table.optional_as("approver", text);
    let approved_on = table.optional_as("approved-on", Item::date);
    let covers = table.optional_as("covers", text);
    let (approver, approved_on) = (approver?, approved_on?);
    if approver.is_some() != approved_on.is_some() {
        table.complain("approver", "one of approver and approved-on", "both, or neither");
        return None;
    }
    let document = ListedDocument {
        kind: kind?,
        file: file?.to_owned(),
        id: id?,
        revision: revision?,
        approver,
        approved_on,
        covers: covers?,
    };
    Some((document, file_item?))
}

/// A kind or suite: kebab case, as roles are.
fn word(item: &Item<'_>) -> Option<String> {
    let expected = "lowercase words joined by hyphens, such as \"risk-management-file\"";
    let text = item.string_or(expected)?;
    if Role::parse(text).is_ok() { Some(text.to_owned()) } else { item.refuse(expected) }
}

fn bounded(item: &Item<'_>, count: usize) -> Option<()> {
    if count <= MAX_LISTED {
        return Some(());
    }
    item.refuse_as(format!("{count} entries"), format!("at most {MAX_LISTED}"))
}
