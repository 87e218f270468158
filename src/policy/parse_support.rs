//! `support.toml`: raw text to [`SupportFile`] (`docs/reference/support-toml.md`).

use crate::model::digest::Sha256Digest;
use crate::model::support::SupportLevel;

use super::error::{FileKind, PolicyErrors};
use super::parse_facts::schema;
use super::parse_gate::purl_pattern;
use super::reader::{Item, Table};
use super::support::{MAX_PATTERNS, SupportFile, SupportRule, WrittenAnswers};
use super::text_rules::unique;
use super::{file, keys};

impl SupportFile {
    /// Parses the bytes of a `support.toml`; `file_name` is how messages name it.
    ///
    /// # Errors
    /// [`PolicyErrors`] with everything that is wrong.
    pub fn parse(bytes: &[u8], file_name: &str) -> Result<Self, PolicyErrors> {
        file::read(bytes, file_name, FileKind::Support, |root| support(root, bytes)).map(|read| read.value)
    }
}

fn support(root: &Table<'_>, bytes: &[u8]) -> Option<SupportFile> {
    let root = root.clone().only(keys::SUPPORT_ROOT);
    let schema = schema(&root);
    let rules = root.required("support", "at least one [[support]]").and_then(|item| rules(&item));
    root.refuse_unfilled();
    schema?;
    Some(SupportFile { rules: rules?, sha256: Sha256Digest::of(bytes) })
}

fn rules(item: &Item<'_>) -> Option<Vec<SupportRule>> {
    let rules = item.tables(keys::SUPPORT, rule)?;
    unique(rules.iter().map(|(rule, purl)| (&rule.purl, purl)))?;
    let patterns = rules.iter().filter(|(rule, _)| rule.purl.contains('*')).count();
    if patterns > MAX_PATTERNS {
        return item.refuse_as(format!("{patterns} purls with '*'"), format!("at most {MAX_PATTERNS}"));
    }
    Some(rules.into_iter().map(|(rule, _)| rule).collect())
}

fn rule<'r>(table: &Table<'r>) -> Option<(SupportRule, Item<'r>)> {
    let purl_item = table.required("purl", "a package URL pattern such as \"pkg:cargo/serde*\"");
    let purl = purl_item.as_ref().and_then(purl_pattern);
    let written = written(table);
    let complain = |key: &str, got: &str, expected: &str| table.complain(key, got, expected);
    Some((SupportRule::of(purl?, written?, &complain)?, purl_item?))
}

fn written(table: &Table<'_>) -> Option<WrittenAnswers> {
    let short = |key| table.optional_as(key, |item| item.visible_text().map(str::to_owned));
    let long = |key| table.optional_as(key, |item| item.long_text().map(str::to_owned));
    let date = |key| table.optional_as(key, Item::date);
    let words = SupportLevel::ALL.map(|level| (level.as_str(), level));
    let level = table.optional_as("level", |item| item.word(&words));
    let (supplier, supplier_unknown_because) = (short("supplier"), long("supplier-unknown-because"));
    let (end, end_unknown_because) = (date("end-of-support"), long("end-unknown-because"));
    let (level_unknown_because, justification) = (long("level-unknown-because"), long("justification"));
    let (replacement_plan, reviewed_by) = (long("replacement-plan"), short("reviewed-by"));
    let reviewed_on = date("reviewed-on");
    Some(WrittenAnswers {
        supplier: supplier?,
        supplier_unknown_because: supplier_unknown_because?,
        level: level?,
        level_unknown_because: level_unknown_because?,
        end: end?,
        end_unknown_because: end_unknown_because?,
        justification: justification?,
        replacement_plan: replacement_plan?,
        reviewed_by: reviewed_by?,
        reviewed_on: reviewed_on?,
    })
}
