//! Examples of the format pages, made from real values.

use batchseal::evidence::assemble;
use batchseal::gate::catalogue::{clause, published};
use batchseal::model::batch::BATCH_ENTRY;
use batchseal::model::json;
use batchseal::model::record::{RECORD_ENTRY, RECORD_SIGNED_ENTRY};
use batchseal::model::statement::{Predicate, Statement, Subject};
use batchseal::report::explanation::{self, Topic};

use crate::values::{self, check, sha256};

/// A page and the document that stands on it.
pub struct Example {
    pub page: &'static str,
    /// Absent for documents that are no predicates.
    pub predicate_type: Option<&'static str>,
    pub text: String,
}

pub fn all() -> Vec<Example> {
    let product = values::record::artifact();
    let built = vec![Subject::new(product.name.as_str(), product.sha256), own(BATCH_ENTRY)];
    let products = || assemble::subjects(std::slice::from_ref(&product), sha256(BATCH_ENTRY));
    let record = vec![own(RECORD_ENTRY), own(RECORD_SIGNED_ENTRY)];
    let entries = ["INDEX.html", BATCH_ENTRY, RECORD_ENTRY, RECORD_SIGNED_ENTRY].map(own).to_vec();
    vec![
        statement("approval", record, values::approval::full()),
        plain("attempts", &values::record::all_attempts()[0]),
        plain("batch", &values::batch::full()),
        statement("concession", vec![own(BATCH_ENTRY)], values::concession::full()),
        statement("document", vec![own(BATCH_ENTRY)], values::document::full()),
        explanation(),
        plain("judgement", &values::judgement::passed()),
        statement("notice", vec![own(BATCH_ENTRY)], values::notice::full()),
        statement("provenance", built, values::provenance::recorded()),
        statement("record", products(), values::record::full()),
        statement("renewal", vec![own(BATCH_ENTRY)], values::renewal::full()),
        statement("result", products(), values::result::release()),
        Example { page: "sbom-check", predicate_type: None, text: values::sbom_check::small() },
        Example { page: "sbom-diff", predicate_type: None, text: values::sbom_diff::small() },
        statement("seal", entries, values::seal::full()),
        plain("tool-qualification", &values::tool_qualification::full()),
        statement(
            "approval-withdrawal",
            vec![own(RECORD_ENTRY), own(RECORD_SIGNED_ENTRY)],
            values::approval_withdrawal::full(),
        ),
    ]
}

fn own(entry: &str) -> Subject {
    Subject::new(entry, sha256(entry))
}

fn statement<P: Predicate + Clone>(page: &'static str, subject: Vec<Subject>, predicate: P) -> Example {
    let bytes = Statement { subject, predicate }.encode().unwrap();
    Example { page, predicate_type: Some(P::TYPE), text: String::from_utf8(bytes).unwrap() }
}

fn plain<T: serde::Serialize>(page: &'static str, value: &T) -> Example {
    Example { page, predicate_type: None, text: String::from_utf8(json::encode(value).unwrap()).unwrap() }
}

/// A check and a clause: both short.
fn explanation() -> Example {
    let topics = [Topic::Check(published(check(39)).unwrap()), Topic::Clause(clause("iso13485.8.2.6").unwrap())];
    let text = String::from_utf8(explanation::json(&topics).unwrap()).unwrap();
    Example { page: "explanation", predicate_type: None, text }
}
