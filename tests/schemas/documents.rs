//! Every document with a schema: its values as our encoder writes them, and how our reader takes them.

use batchseal::gate::catalogue::catalogue;
use batchseal::model::batch::{BATCH_ENTRY, Batch};
use batchseal::model::json;
use batchseal::model::record::Attempt;
use batchseal::model::statement::{Predicate, STATEMENT_TYPE, Statement, Subject};
use batchseal::report::explanation::{self, Topic};
use serde::Serialize;
use serde_json::Value;

use crate::values::{self, sha256};

/// What our reader says of a document: nothing, or why it refuses it.
type Reader = fn(&Value) -> Result<(), String>;

/// One kind of document.
pub struct Document {
    /// Stem of the schema's file.
    pub name: &'static str,
    /// Values as written; the first one is the fullest.
    pub values: Vec<Value>,
    /// Absent for documents that are only written.
    pub reader: Option<Reader>,
}

#[expect(clippy::too_many_lines, reason = "one entry for each document, and nothing else")]
pub fn all() -> Vec<Document> {
    vec![
        Document {
            name: "approval",
            values: predicates(values::approval::all()),
            reader: Some(read::<batchseal::model::approval::Approval>),
        },
        Document {
            name: "approval-withdrawal",
            values: predicates(values::approval_withdrawal::all()),
            reader: Some(read::<batchseal::model::approval_withdrawal::Withdrawal>),
        },
        Document { name: "attempts", values: encoded(&values::record::all_attempts()), reader: Some(read_attempts) },
        Document { name: "batch", values: encoded(&values::batch::all()), reader: Some(read_batch) },
        Document {
            name: "concession",
            values: predicates(values::concession::all()),
            reader: Some(read::<batchseal::model::concession::Concession>),
        },
        Document {
            name: "document",
            values: predicates(values::document::all()),
            reader: Some(read::<batchseal::model::document::Document>),
        },
        Document { name: "explanation", values: explanations(), reader: None },
        Document { name: "judgement", values: encoded(&values::judgement::all()), reader: None },
        Document {
            name: "notice",
            values: predicates(values::notice::all()),
            reader: Some(read::<batchseal::model::addendum::Notice>),
        },
        Document {
            name: "provenance",
            values: predicates(values::provenance::all()),
            reader: Some(read::<batchseal::model::provenance::Provenance>),
        },
        Document {
            name: "record",
            values: predicates(values::record::all()),
            reader: Some(read::<batchseal::model::record::Record>),
        },
        Document {
            name: "renewal",
            values: predicates(values::renewal::all()),
            reader: Some(read::<batchseal::model::addendum::Renewal>),
        },
        Document {
            name: "result",
            values: predicates(values::result::all()),
            reader: Some(read::<batchseal::model::result::GateResult>),
        },
        Document { name: "sbom-check", values: sbom_checks(), reader: None },
        Document { name: "sbom-diff", values: sbom_diffs(), reader: None },
        Document {
            name: "seal",
            values: predicates(values::seal::all()),
            reader: Some(read::<batchseal::model::seal::Seal>),
        },
        Document {
            name: "tool-qualification",
            values: encoded(&values::tool_qualification::all()),
            reader: Some(read_qualification),
        },
    ]
}

pub fn statement<P: Predicate + Clone>(predicate: P) -> Vec<u8> {
    let subject = vec![Subject::new(BATCH_ENTRY, sha256(BATCH_ENTRY))];
    Statement { subject, predicate }.encode().unwrap()
}

fn predicates<P: Predicate + Clone>(predicates: Vec<P>) -> Vec<Value> {
    let predicate = |bytes: Vec<u8>| serde_json::from_slice::<Value>(&bytes).unwrap()["predicate"].take();
    predicates.into_iter().map(statement).map(predicate).collect()
}

fn encoded<T: Serialize>(values: &[T]) -> Vec<Value> {
    values.iter().map(|value| serde_json::from_slice(&json::encode(value).unwrap()).unwrap()).collect()
}

fn explanations() -> Vec<Value> {
    let checks: Vec<Topic> = catalogue().checks.iter().map(Topic::Check).collect();
    [explanation::everything(), checks, Vec::new()]
        .iter()
        .map(|topics| serde_json::from_slice(&explanation::json(topics).unwrap()).unwrap())
        .collect()
}

fn sbom_diffs() -> Vec<Value> {
    values::sbom_diff::all().iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

fn sbom_checks() -> Vec<Value> {
    values::sbom_check::all().iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

fn read<P: Predicate>(predicate: &Value) -> Result<(), String> {
    let statement = serde_json::json!({
        "_type": STATEMENT_TYPE,
        "subject": [{ "name": BATCH_ENTRY, "digest": { "sha256": sha256(BATCH_ENTRY).to_hex() } }],
        "predicateType": P::TYPE,
        "predicate": predicate,
    });
    Statement::<P>::decode(statement.to_string().as_bytes()).map(|_| ()).map_err(|error| error.to_string())
}

fn read_batch(batch: &Value) -> Result<(), String> {
    json::decode::<Batch>(batch.to_string().as_bytes()).map(|_| ()).map_err(|error| error.to_string())
}

fn read_qualification(qualification: &Value) -> Result<(), String> {
    let read = batchseal::intake::qualification::parse(qualification.to_string().as_bytes());
    read.map(|_| ()).map_err(|error| error.to_string())
}

fn read_attempts(attempts: &Value) -> Result<(), String> {
    json::decode::<Vec<Attempt>>(attempts.to_string().as_bytes()).map(|_| ()).map_err(|error| error.to_string())
}
