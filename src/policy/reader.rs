//! Reading a TOML file (<https://toml.io/en/v1.1.0>) value by value, each with its place.
//!
//! A method that returns `None` has already written down why, so a parser reads on and collects
//! every problem of the file before it gives up.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::quote;

/// The mark of a value that only people know.
pub(super) const FILL_IN: &str = "FILL IN";

/// A problem before its place is known in lines.
#[derive(Debug)]
pub(super) struct Complaint {
    pub(super) at: usize,
    pub(super) key: String,
    pub(super) got: String,
    pub(super) expected: String,
}

/// What was noticed while one file was read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) complaints: RefCell<Vec<Complaint>>,
    /// Byte offset and key of values that nobody has filled in.
    pub(super) unfilled: RefCell<Vec<(usize, String)>>,
    pub(super) draft: Cell<bool>,
}

impl Notes {
    pub(super) fn complain(&self, at: usize, key: &str, got: impl Into<String>, expected: impl Into<String>) {
        let complaint = Complaint { at, key: key.to_owned(), got: got.into(), expected: expected.into() };
        self.complaints.borrow_mut().push(complaint);
    }
}

/// A table whose keys are known.
#[derive(Debug, Clone)]
pub(super) struct Table<'r> {
    pub(super) text: &'r str,
    pub(super) notes: &'r Notes,
    pub(super) path: String,
    pub(super) at: usize,
    pub(super) entries: &'r DeTable<'r>,
}

impl<'r> Table<'r> {
    /// Complains about every key that is not in `keys`; its value is not shown.
    pub(super) fn only(self, keys: &[&str]) -> Self {
        for key in self.entries.keys().filter(|key| !keys.contains(&key.get_ref().as_ref())) {
            let path = self.path_of(key.get_ref());
            self.notes.complain(key.span().start, &path, "an unknown key", one_of(keys.iter().copied()));
        }
        self
    }

    /// The value of a key that may be absent.
    pub(super) fn optional(&self, key: &str) -> Option<Item<'r>> {
        let value = self.entries.get(key)?;
        Some(self.item(self.path_of(key), value))
    }

    /// Reads the value of a key that may be absent; the outer `None` is a problem.
    #[expect(clippy::option_option, reason = "refused, absent and given are three answers")]
    pub(super) fn optional_as<T>(&self, key: &str, read: impl FnOnce(&Item<'r>) -> Option<T>) -> Option<Option<T>> {
        match self.optional(key) {
            Some(item) => read(&item).map(Some),
            None => Some(None),
        }
    }

    /// Complains about every value that is still marked: nothing in such a file may be left to guess.
    pub(super) fn refuse_unfilled(&self) {
        // A value that was looked at twice is one value.
        let unfilled: BTreeSet<(usize, String)> = self.notes.unfilled.borrow().iter().cloned().collect();
        for (at, key) in &unfilled {
            self.notes.complain(*at, key, "a value marked FILL IN", "what you know yourself, without the mark");
        }
    }

    /// The value of a key that must be there.
    pub(super) fn required(&self, key: &str, expected: &str) -> Option<Item<'r>> {
        let found = self.optional(key);
        if found.is_none() {
            self.notes.complain(self.at, &self.path_of(key), "nothing", expected);
        }
        found
    }

    /// Every key with the byte offset at which it is written, and its value.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'r str, usize, Item<'r>)> {
        self.entries.iter().map(|(key, value)| {
            let name: &'r str = key.get_ref().as_ref();
            (name, key.span().start, self.item(self.path_of(name), value))
        })
    }

    pub(super) fn complain(&self, key: &str, got: impl Into<String>, expected: impl Into<String>) {
        self.notes.complain(self.at, &self.path_of(key), got, expected);
    }

    fn path_of(&self, key: &str) -> String {
        let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let key = if bare && key.len() <= 80 { key.to_owned() } else { quote(key) };
        if self.path.is_empty() { key } else { format!("{}.{key}", self.path) }
    }

    fn item(&self, path: String, value: &'r Spanned<DeValue<'r>>) -> Item<'r> {
        Item::new(self.text, self.notes, path, value)
    }
}

/// A value with its key and place.
#[derive(Debug, Clone)]
pub(super) struct Item<'r> {
    text: &'r str,
    pub(super) notes: &'r Notes,
    pub(super) path: String,
    pub(super) span: Range<usize>,
    value: &'r DeValue<'r>,
}

impl<'r> Item<'r> {
    fn new(text: &'r str, notes: &'r Notes, path: String, value: &'r Spanned<DeValue<'r>>) -> Self {
        let item = Self { text, notes, path, span: value.span(), value: value.get_ref() };
        if item.is_fill_in() || item.has_fill_in_comment() {
            notes.unfilled.borrow_mut().push((item.span.start, item.path.clone()));
        }
        item
    }

    /// Whether the value is text that begins with the mark.
    pub(super) fn is_fill_in(&self) -> bool {
        self.value.as_str().is_some_and(|text| text.starts_with(FILL_IN))
    }

    /// `key = true  # FILL IN: …`: a marked default of a key that cannot hold free text.
    fn has_fill_in_comment(&self) -> bool {
        let after = self.text.get(self.span.end..).unwrap_or_default();
        let comment = after.trim_start_matches([' ', '\t', ',']).strip_prefix('#');
        comment.is_some_and(|comment| comment.trim_start_matches(['#', ' ', '\t']).starts_with(FILL_IN))
    }

    /// Writes down that this value is refused and shows it.
    pub(super) fn refuse<T>(&self, expected: impl Into<String>) -> Option<T> {
        self.refuse_as(self.shown(), expected)
    }

    /// Writes down that this value is refused; `got` says what it is.
    pub(super) fn refuse_as<T>(&self, got: impl Into<String>, expected: impl Into<String>) -> Option<T> {
        self.notes.complain(self.span.start, &self.path, got, expected);
        None
    }

    /// The value in the words of a message.
    fn shown(&self) -> String {
        match self.value {
            DeValue::String(text) => quote(text),
            DeValue::Integer(number) => quote(&number.to_string()).trim_matches('"').to_owned(),
            DeValue::Float(number) => quote(&number.to_string()).trim_matches('"').to_owned(),
            DeValue::Boolean(truth) => truth.to_string(),
            DeValue::Datetime(time) => time.to_string(),
            DeValue::Array(list) if list.is_empty() => "an empty list".to_owned(),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
        }
    }

    /// Whether the value is a string, without a word about it.
    pub(super) fn is_string(&self) -> bool {
        self.value.as_str().is_some()
    }

    pub(super) fn string(&self) -> Option<&'r str> {
        self.string_or("a string")
    }

    pub(super) fn string_or(&self, expected: &str) -> Option<&'r str> {
        match self.value {
            DeValue::String(text) => Some(text.as_ref()),
            _ => self.refuse(expected),
        }
    }

    /// The string whatever it holds; a value of another type is refused without being shown.
    pub(super) fn secret_string(&self, expected: &str) -> Option<&'r str> {
        match self.value {
            DeValue::String(text) => Some(text.as_ref()),
            other => self.refuse_as(format!("a value of type {}", other.type_str()), expected),
        }
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        self.value.as_bool().or_else(|| self.refuse("true or false"))
    }

    pub(super) fn integer(&self, range: RangeInclusive<i64>) -> Option<i64> {
        let number = self.value.as_integer().and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        let (low, high) = (*range.start(), *range.end());
        number.filter(|number| range.contains(number)).or_else(|| {
            self.refuse(if low == high { low.to_string() } else { format!("a whole number from {low} to {high}") })
        })
    }

    /// `YYYY-MM-DD` of a TOML local date that exists.
    pub(super) fn date(&self) -> Option<String> {
        let expected = "a date without quotes, such as 2036-12-31";
        let date = self
            .value
            .as_datetime()
            .filter(|time| time.time.is_none() && time.offset.is_none())
            .and_then(|time| time.date)
            .filter(|date| {
                let parts = (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
                matches!(parts, (Ok(y), Ok(m), Ok(d)) if jiff::civil::Date::new(y, m, d).is_ok())
            });
        match date {
            Some(date) => Some(format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)),
            None => self.refuse(expected),
        }
    }

    /// One of a closed list of words.
    pub(super) fn word<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let found = self.value.as_str().and_then(|text| words.iter().find(|(word, _)| *word == text));
        match found {
            Some((_, value)) => Some(*value),
            None => self.refuse(one_of(words.iter().map(|(word, _)| quote(word)))),
        }
    }

    /// The entries of a list, with keys `key[1]`, `key[2]`, ….
    pub(super) fn list(&self, expected: &str) -> Option<Vec<Self>> {
        let DeValue::Array(list) = self.value else { return self.refuse(expected) };
        let entry = |(index, value)| Self::new(self.text, self.notes, format!("{}[{}]", self.path, index + 1), value);
        Some(list.iter().enumerate().map(entry).collect())
    }

    /// A list with at least one entry.
    pub(super) fn some_list(&self, expected: &str) -> Option<Vec<Self>> {
        let list = self.list(expected)?;
        if list.is_empty() { self.refuse(expected) } else { Some(list) }
    }

    pub(super) fn table(&self, keys: &[&str]) -> Option<Table<'r>> {
        Some(self.any_table()?.only(keys))
    }

    /// A table whose keys are checked by the caller.
    pub(super) fn any_table(&self) -> Option<Table<'r>> {
        let DeValue::Table(entries) = self.value else { return self.refuse("a table") };
        let (text, notes, path) = (self.text, self.notes, self.path.clone());
        Some(Table { text, notes, path, at: self.span.start, entries })
    }

    /// Reads every entry of a list of tables; `None` when any of them is refused.
    pub(super) fn tables<T>(&self, keys: &[&str], read: impl Fn(&Table<'r>) -> Option<T>) -> Option<Vec<T>> {
        let entries = self.some_list("at least one table")?;
        let read_all: Vec<Option<T>> = entries.iter().map(|entry| read(&entry.table(keys)?)).collect();
        read_all.into_iter().collect()
    }
}

/// `one of a, b, c`, or `a` alone.
pub(super) fn one_of(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| word.as_ref().to_owned()).collect();
    match words.as_slice() {
        [single] => single.clone(),
        many => format!("one of {}", many.join(", ")),
    }
}
