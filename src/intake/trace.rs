//! Traces: which requirement, risk control and test belongs to which, in the formats of the tools that keep them.
//!
//! [`read`] takes one file, [`Trace::merge`] makes one trace of all. A link runs from the child to its parent, as
//! Doorstop, StrictDoc and most ReqIF writers have it; between a test and what it verifies the direction is nothing.

use std::collections::BTreeMap;

use crate::model::text::is_deceptive;

use super::table::TableError;

mod doorstop;
mod graph;
mod reqif;
mod sdoc;
mod sheet;
mod strictdoc;
pub mod tags;
mod words;

/// Most bytes of one file.
pub const MAX_BYTES: usize = 64 << 20;

/// Most items of a trace.
pub const MAX_ITEMS: usize = 200_000;

/// Most links of a trace.
pub const MAX_LINKS: usize = 1_000_000;

/// Longest id, in characters: that of a test name.
pub const MAX_ID: usize = 400;

/// Longest title kept, in characters.
const MAX_TITLE: usize = 200;

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Something that the device or its software must do.
    Requirement,
    /// A measure that reduces a risk.
    RiskControl,
    /// A test that verifies other items.
    Test,
    /// Anything else that links may name: headings, hazards, notes. Nothing is asked of it.
    Other,
}

/// One item of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id in the maker's system.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Title, or the beginning of its text; may be empty.
    pub title: String,
    /// Ids that it links to.
    pub links: Vec<String>,
}

/// What one file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// The items, in file order.
    pub items: Vec<Item>,
    /// Links that stand apart from their items: child and parent.
    pub links: Vec<(String, String)>,
}

/// Why a file is no trace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    /// Too many bytes.
    #[error("file has {0} bytes (expected at most {MAX_BYTES})")]
    TooLarge(usize),
    /// Not UTF-8.
    #[error("file is not UTF-8 (first bad byte at {0})")]
    NotUtf8(usize),
    /// None of the formats.
    #[error(
        "file is in no format that is read (expected CSV, ReqIF, Doorstop's YAML or CSV, or StrictDoc's JSON or .sdoc)"
    )]
    Unknown,
    /// A ZIP archive.
    #[error("file is a ZIP archive (expected the .reqif file in it)")]
    Archive,
    /// A CSV file that is no such table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Text that breaks the rules of its format.
    #[error("malformed {format}: {message}")]
    Malformed {
        /// The format.
        format: &'static str,
        /// What is wrong, with its place.
        message: String,
    },
    /// An id that cannot be one.
    #[error("{place}: id {got:?} is not usable (expected 1 to {MAX_ID} visible characters)")]
    Id {
        /// Where.
        place: String,
        /// As written, shortened.
        got: String,
    },
    /// A kind that is none.
    #[error("{place}: kind {got:?} is unknown (expected requirement, risk-control, test or other)")]
    Kind {
        /// Where.
        place: String,
        /// As written, shortened.
        got: String,
    },
    /// More than is read.
    #[error("trace has more than {limit} {what}")]
    TooMany {
        /// `items` or `links`.
        what: &'static str,
        /// Limit.
        limit: usize,
    },
}

impl TraceError {
    fn malformed(format: &'static str, message: impl ToString) -> Self {
        Self::Malformed { format, message: message.to_string() }
    }
}

/// Reads one file; the format is seen in its content. The name gives a Doorstop item its id.
///
/// # Errors
/// [`TraceError`].
pub fn read(name: &str, bytes: &[u8]) -> Result<Part, TraceError> {
    if bytes.len() > MAX_BYTES {
        return Err(TraceError::TooLarge(bytes.len()));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(TraceError::Archive);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| TraceError::NotUtf8(error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    if first.starts_with('<') {
        reqif::read(text)
    } else if first.starts_with('{') {
        strictdoc::read(text)
    } else if first == "[DOCUMENT]" {
        sdoc::read(text)
    } else if let Some(sheet) = sheet::Sheet::of(first) {
        sheet.read(text)
    } else if doorstop::is_item(name, text) {
        doorstop::read(name, text)
    } else {
        Err(TraceError::Unknown)
    }
}

/// What does not fit together between the items.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Defect {
    /// An id that several items have; the first one stands.
    DuplicateId {
        /// The id.
        id: String,
    },
    /// A link to or from an id that no item has.
    DanglingLink {
        /// Child.
        from: String,
        /// Parent.
        to: String,
    },
    /// A link that closes a circle of requirements or risk controls.
    Cycle {
        /// Child.
        from: String,
        /// Parent, which is linked to the child in its turn.
        to: String,
    },
}

/// All items of a batch, by id, with their links. Made only by [`Trace::merge`].
#[derive(Debug)]
pub struct Trace {
    items: Vec<Item>,
    by_id: BTreeMap<String, usize>,
    /// For each item those that it links to.
    parents: Vec<Vec<usize>>,
    /// For each item those that link to it.
    children: Vec<Vec<usize>>,
    defects: Vec<Defect>,
}

impl Trace {
    /// One trace of the parts.
    ///
    /// # Errors
    /// [`TraceError::TooMany`]; everything else that does not fit is a [`Defect`].
    pub fn merge(parts: Vec<Part>) -> Result<Self, TraceError> {
        graph::merge(parts)
    }

    /// The items.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Number of items of a kind.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        self.items.iter().filter(|item| item.kind == kind).count()
    }

    /// Position of the item with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Positions of what the item at this position links to.
    #[must_use]
    pub fn parents(&self, of: usize) -> &[usize] {
        self.parents.get(of).map(Vec::as_slice).unwrap_or_default()
    }

    /// Positions of what links to the item at this position.
    #[must_use]
    pub fn children(&self, of: usize) -> &[usize] {
        self.children.get(of).map(Vec::as_slice).unwrap_or_default()
    }

    /// What does not fit together, sorted.
    #[must_use]
    pub fn defects(&self) -> &[Defect] {
        &self.defects
    }
}

/// A usable id, without blanks around it.
fn id(text: &str, place: impl FnOnce() -> String) -> Result<String, TraceError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_ID || text.chars().any(is_deceptive) {
        return Err(TraceError::Id { place: place(), got: text.chars().take(60).collect() });
    }
    Ok(text.to_owned())
}

/// The beginning of a text, on one line.
fn title(text: &str) -> String {
    let mut title = String::new();
    for word in text.split_whitespace() {
        if title.chars().count() > MAX_TITLE {
            break;
        }
        if !title.is_empty() {
            title.push(' ');
        }
        title.push_str(word);
    }
    title.chars().take(MAX_TITLE).collect()
}

#[cfg(test)]
mod samples;
