//! CSV: our own table (`id,kind,title,links`) and the export of Doorstop (`uid,level,text,ref,links,active,…`).

use super::super::table::{self, Columns, Row};
use super::{Item, Kind, MAX_ITEMS, Part, TraceError, doorstop, id, title};

const OURS: Columns = Columns::new(&["id", "kind", "links"], &["title"]).at_most(MAX_ITEMS);
const DOORSTOP: Columns = Columns::new(&["uid", "links"], &["kind", "header", "text", "active", "normative"])
    .ignoring_others()
    .at_most(MAX_ITEMS);

type ReadRow = fn(&Row) -> Result<Item, TraceError>;

/// Whose table it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sheet {
    Ours,
    Doorstop,
}

impl Sheet {
    /// By the header line.
    pub(super) fn of(header: &str) -> Option<Self> {
        let names: Vec<String> = header
            .split([',', ';', '\t'])
            .take(table::MAX_COLUMNS)
            .map(|cell| cell.trim().trim_matches('"').to_ascii_lowercase())
            .collect();
        let has = |name: &str| names.iter().any(|own| own == name);
        if has("uid") && (has("links") || has("text")) {
            Some(Self::Doorstop)
        } else if has("id") && (has("kind") || has("links")) {
            Some(Self::Ours)
        } else {
            None
        }
    }

    pub(super) fn read(self, text: &str) -> Result<Part, TraceError> {
        let (columns, read): (Columns, ReadRow) = match self {
            Self::Ours => (OURS, ours),
            Self::Doorstop => (DOORSTOP, of_doorstop),
        };
        let rows = table::csv(text.as_bytes(), &columns)?;
        let items = rows.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Part { items, links: Vec::new() })
    }
}

fn ours(row: &Row) -> Result<Item, TraceError> {
    let written = row.get("kind").unwrap_or_default();
    let kind = match written.to_ascii_lowercase().replace([' ', '_'], "-").as_str() {
        "requirement" => Kind::Requirement,
        "risk-control" => Kind::RiskControl,
        "test" => Kind::Test,
        "other" => Kind::Other,
        _ => {
            let got = written.chars().take(60).collect();
            return Err(TraceError::Kind { place: row.place.to_string(), got });
        }
    };
    let links = row.get("links").unwrap_or_default();
    Ok(Item {
        id: id(row.get("id").unwrap_or_default(), || row.place.to_string())?,
        kind,
        title: title(row.get("title").unwrap_or_default()),
        links: links
            .split([' ', '\t', '\n', '\r', ';', ','])
            .filter(|link| !link.is_empty())
            .map(str::to_owned)
            .collect(),
    })
}

fn of_doorstop(row: &Row) -> Result<Item, TraceError> {
    let uid = id(row.get("uid").unwrap_or_default(), || row.place.to_string())?;
    let said = |column: &str| row.get(column).unwrap_or_default();
    // A stamp may stand behind the id, after a colon.
    let links = said("links").split([' ', '\t', '\n', '\r', ',', ';']).filter(|link| !link.is_empty());
    Ok(Item {
        kind: doorstop::kind(&uid, row.get("kind"), said("active"), said("normative")),
        title: title(if said("header").is_empty() { said("text") } else { said("header") }),
        links: links.map(|link| link.split(':').next().unwrap_or(link).to_owned()).collect(),
        id: uid,
    })
}
