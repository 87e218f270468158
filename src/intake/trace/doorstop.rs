//! Doorstop: one YAML file an item, named after its UID, <https://doorstop.readthedocs.io>.

use serde_json::{Map, Value};

use crate::model::yaml;

use super::{Item, Kind, Part, TraceError, id, title};

const FORMAT: &str = "Doorstop item";

/// Whether the text has the keys that every item has.
pub(super) fn is_item(name: &str, text: &str) -> bool {
    let key = |key: &str| text.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    matches!(extension.as_deref(), Some("yml" | "yaml")) || (key("active") && key("level") && key("links"))
}

pub(super) fn read(name: &str, text: &str) -> Result<Part, TraceError> {
    let malformed = |message: String| TraceError::malformed(FORMAT, message);
    let value = yaml::value(text).map_err(malformed)?;
    let item = value.as_object().ok_or_else(|| malformed("not a mapping".to_owned()))?;
    if !["active", "level", "links"].iter().all(|key| item.contains_key(*key)) {
        return Err(malformed("it has no keys active, level and links".to_owned()));
    }
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let uid = id(stem, || "file name".to_owned())?;
    let said = |key: &str| said(item, key);
    let headline = said("header");
    let items = vec![Item {
        kind: kind(&uid, item.get("kind").and_then(Value::as_str), said("active"), said("normative")),
        title: title(if headline.trim().is_empty() { said("text") } else { headline }),
        links: links(item).ok_or_else(|| malformed("links are no list of UIDs".to_owned()))?,
        id: uid,
    }];
    Ok(Part { items, links: Vec::new() })
}

/// Tests and risk controls are known by an attribute `kind` of one's own or by their prefix; an item that is not active
/// or not normative is not asked about.
pub(super) fn kind(uid: &str, stated: Option<&str>, active: &str, normative: &str) -> Kind {
    let no = |text: &str| text.trim().eq_ignore_ascii_case("false");
    if no(active) || no(normative) {
        return Kind::Other;
    }
    stated.and_then(Kind::of_words).unwrap_or_else(|| Kind::of_prefix(uid))
}

fn said<'m>(item: &'m Map<String, Value>, key: &str) -> &'m str {
    item.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// `- REQ001` or `- REQ001: <stamp>`.
fn links(item: &Map<String, Value>) -> Option<Vec<String>> {
    let mut links = Vec::new();
    for link in item.get("links")?.as_array()? {
        match link {
            Value::String(uid) => links.push(uid.trim().to_owned()),
            Value::Object(stamped) => links.extend(stamped.keys().map(|uid| uid.trim().to_owned())),
            _ => return None,
        }
    }
    Some(links)
}
