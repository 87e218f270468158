//! Rows of TOML (<https://toml.io/en/v1.1.0>) and JSON (RFC 8259): a list of tables under one key.

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::json;

use super::{Layout, MAX_WRITTEN_BYTES, Place, Row, Table, TableError, cell, quote, text_of};

pub(super) fn toml(bytes: &[u8], layout: &Layout) -> Result<Table, TableError> {
    let text = text_of(bytes, MAX_WRITTEN_BYTES)?;
    let starts: Vec<usize> =
        text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1).collect();
    let line = |offset: usize| Place::Line(starts.partition_point(|start| *start <= offset) + 1);
    let parsed = DeTable::parse(text).map_err(|error| TableError::Syntax {
        what: format!("{}: malformed TOML", line(error.span().unwrap_or_default().start)),
        message: error.message().to_owned(),
    })?;
    let mut found = Found::of(layout);
    for (key, value) in parsed.get_ref() {
        let place = line(key.span().start);
        match found.kind(place, key.get_ref())? {
            Key::Text(name) => found.text(place, name, &toml_text(place, name, value)?)?,
            Key::List => {
                let list = value.get_ref().as_array().ok_or_else(|| no_list(place, layout))?;
                for item in list.iter() {
                    let place = line(item.span().start);
                    let entries = item.get_ref().as_table().ok_or_else(|| no_list(place, layout))?;
                    let cells = entries.iter().map(|(key, value)| {
                        let place = line(key.span().start);
                        let name: &str = key.get_ref();
                        Ok((place, name, toml_text(place, name, value)?))
                    });
                    found.row(place, cells)?;
                }
            }
        }
    }
    Ok(found.table)
}

/// Text of a value: a string, a date or a whole number as it is written.
fn toml_text(place: Place, key: &str, value: &Spanned<DeValue<'_>>) -> Result<String, TableError> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Datetime(time) => Ok(time.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Ok(number.as_str().to_owned()),
        other => Err(no_text(place, key, other.type_str())),
    }
}

pub(super) fn json(bytes: &[u8], layout: &Layout) -> Result<Table, TableError> {
    let text = text_of(bytes, MAX_WRITTEN_BYTES)?;
    let malformed = |message: String| TableError::Syntax { what: "malformed JSON".to_owned(), message };
    json::check_foreign(text.as_bytes()).map_err(|error| malformed(error.to_string()))?;
    let parsed: Value = serde_json::from_str(text).map_err(|error| malformed(error.to_string()))?;
    let top = Place::Row(0);
    let mut found = Found::of(layout);
    for (key, value) in parsed.as_object().ok_or_else(|| no_list(top, layout))? {
        match found.kind(top, key)? {
            Key::Text(name) => found.text(top, name, json_text(top, name, value)?)?,
            Key::List => {
                let list = value.as_array().ok_or_else(|| no_list(top, layout))?;
                for (index, item) in list.iter().enumerate() {
                    let place = Place::Row(index + 1);
                    let entries = item.as_object().ok_or_else(|| no_list(place, layout))?;
                    let cells =
                        entries.iter().map(|(key, value)| Ok((place, key.as_str(), json_text(place, key, value)?)));
                    found.row(place, cells)?;
                }
            }
        }
    }
    Ok(found.table)
}

fn json_text<'v>(place: Place, key: &str, value: &'v Value) -> Result<&'v str, TableError> {
    match value {
        Value::String(text) => Ok(text),
        Value::Null => Err(no_text(place, key, "null")),
        Value::Bool(_) => Err(no_text(place, key, "a boolean")),
        Value::Number(_) => Err(no_text(place, key, "a number")),
        Value::Array(_) => Err(no_text(place, key, "a list")),
        Value::Object(_) => Err(no_text(place, key, "an object")),
    }
}

enum Key {
    List,
    Text(&'static str),
}

struct Found<'l> {
    layout: &'l Layout,
    table: Table,
}

impl<'l> Found<'l> {
    fn of(layout: &'l Layout) -> Self {
        Self { layout, table: Table::default() }
    }

    fn kind(&self, place: Place, key: &str) -> Result<Key, TableError> {
        if key == self.layout.list {
            return Ok(Key::List);
        }
        let text = self.layout.texts.iter().find(|name| **name == key);
        text.map(|name| Key::Text(name)).ok_or_else(|| TableError::UnknownColumn {
            place,
            got: quote(key),
            expected: [&[self.layout.list], self.layout.texts].concat().join(", "),
        })
    }

    fn text(&mut self, place: Place, name: &'static str, text: &str) -> Result<(), TableError> {
        let kept = cell(place, name, text)?;
        self.table.texts.extend(kept.map(|text| (name, text)));
        Ok(())
    }

    fn row<'c, T: AsRef<str>>(
        &mut self,
        place: Place,
        given: impl Iterator<Item = Result<(Place, &'c str, T), TableError>>,
    ) -> Result<(), TableError> {
        let columns = &self.layout.columns;
        if self.table.rows.len() == columns.max_rows {
            return Err(TableError::TooMany { what: "rows", limit: columns.max_rows });
        }
        let mut cells = Vec::new();
        for one in given {
            let (place, key, text) = one?;
            let name = columns.find(key).filter(|name| *name == key).ok_or_else(|| TableError::UnknownColumn {
                place,
                got: quote(key),
                expected: columns.shown(),
            })?;
            cells.extend(cell(place, name, text.as_ref())?.map(|text| (name, text)));
        }
        self.table.rows.push(Row { place, cells });
        Ok(())
    }
}

fn no_list(place: Place, layout: &Layout) -> TableError {
    let key = layout.list.to_owned();
    TableError::Value { place, key, got: "something else".to_owned(), expected: "a list of tables".to_owned() }
}

fn no_text(place: Place, key: &str, got: &str) -> TableError {
    TableError::Value { place, key: quote(key), got: got.to_owned(), expected: "text".to_owned() }
}
