//! Judges a JSON document by `json.shape`, in one walk over its bytes and without a tree.

use std::collections::HashSet;

use super::cursor::Cursor;
use super::fault::{Fault, clip};
use super::print::Print;
use super::references::References;
use super::shape::{Bounds, Definition, Id, Item, ItemKind, Rule, Shape, Type, Version, json};
use super::text::{Plain, within};

/// Judges a text that is known to be well-formed JSON, nested no deeper than 64.
///
/// # Errors
/// [`Fault`] at the byte of the first thing that is wrong.
pub(super) fn check(text: &str, version: Version) -> Result<(), Fault> {
    let shape = json();
    let mut walker = Walker { text, cursor: Cursor::new(text, 0), shape, version, references: References::default() };
    walker.cursor.space();
    let start = walker.cursor.at;
    let root = shape.find("bom").ok_or_else(|| Fault::new(start, "the shape has no root"))?;
    walker.named(root)?;
    walker.references.check()
}

struct Walker<'a> {
    text: &'a str,
    cursor: Cursor<'a>,
    shape: &'static Shape,
    version: Version,
    references: References<'a>,
}

/// A record while it is read: which of its fields were seen, and where.
struct Seen {
    start: usize,
    fields: Vec<(&'static str, usize)>,
}

impl Seen {
    fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(own, _)| *own == name)
    }
}

impl<'a> Walker<'a> {
    fn expect(&self, first: u8, expected: &str) -> Result<(), Fault> {
        if self.cursor.peek() == first { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    /// Names what kind of value comes next.
    fn unexpected(&self, expected: &str) -> Fault {
        let got = match self.cursor.peek() {
            b'{' => "an object",
            b'[' => "an array",
            b'"' => "text",
            b't' | b'f' => "a boolean",
            b'n' => "null",
            _ => "a number",
        };
        Fault::new(self.cursor.at, format!("got {got}, expected {expected}"))
    }

    fn value(&mut self, kind: &Type) -> Result<Print, Fault> {
        match kind {
            Type::Plain(plain, bounds) => self.plain(*plain, *bounds),
            Type::Named(id) => self.named(*id),
            Type::List { item, unique, filled, single } => self.list(item, *unique, (*filled, *single)),
            Type::One(kinds) => self.alternatives(kinds, true),
            Type::Any(kinds) => self.alternatives(kinds, false),
        }
    }

    fn named(&mut self, id: Id) -> Result<Print, Fault> {
        let shape = self.shape;
        let Some(definition) = shape.definitions.get(id) else { return Err(self.unexpected("nothing")) };
        if let Some(kind) = definition.alias(self.version) {
            return self.value(kind);
        }
        if definition.record { self.record(definition) } else { self.word(definition) }
    }

    fn word(&mut self, definition: &Definition) -> Result<Print, Fault> {
        let start = self.cursor.at;
        self.expect(b'"', "text")?;
        let text = self.cursor.string();
        if definition.words(self.version).any(|word| word == text) {
            return Ok(Print::text(&text));
        }
        Err(Fault::word(start, &text, definition, self.version))
    }

    fn plain(&mut self, plain: Plain, bounds: Bounds) -> Result<Print, Fault> {
        let start = self.cursor.at;
        match plain {
            Plain::Text(rule) => {
                self.expect(b'"', rule.expected)?;
                let text = self.cursor.string();
                if rule.fits(&text, bounds) {
                    Ok(Print::text(&text))
                } else {
                    Err(Fault::text(start, &text, rule, bounds))
                }
            }
            Plain::Boolean if matches!(self.cursor.peek(), b't' | b'f') => Ok(self.skip()),
            Plain::Boolean => Err(self.unexpected("true or false")),
            Plain::Anything => Ok(self.skip()),
            Plain::Integer | Plain::Number => {
                if !matches!(self.cursor.peek(), b'-' | b'0'..=b'9') {
                    return Err(self.unexpected("a number"));
                }
                let text = self.cursor.scalar();
                let number: f64 = text.parse().unwrap_or(f64::NAN);
                if plain == Plain::Integer && number.fract() != 0.0 {
                    return Err(Fault::new(start, format!("got {}, expected an integer", clip(text))));
                }
                if within(number, bounds) { Ok(Print::number(text)) } else { Err(Fault::number(start, text, bounds)) }
            }
        }
    }

    fn list(&mut self, item: &Type, unique: bool, (filled, single): (bool, bool)) -> Result<Print, Fault> {
        let start = self.cursor.at;
        self.expect(b'[', "an array")?;
        self.cursor.eat(b'[');
        let (mut print, mut known) = (Print::list(), HashSet::new());
        let mut count = 0_usize;
        while self.cursor.peek() != b']' {
            let at = self.cursor.at;
            let own = self.value(item)?;
            if unique && !known.insert(own) {
                return Err(Fault::new(at, "is the same as another item of this array (expected different ones)"));
            }
            print = print.then(own);
            count += 1;
            self.cursor.eat(b',');
        }
        self.cursor.at += 1;
        if count == 0 && filled {
            return Err(Fault::new(start, "got no items, expected at least one"));
        }
        if single && count != 1 {
            return Err(Fault::new(start, format!("got {count} items, expected exactly one")));
        }
        Ok(print)
    }

    /// Every kind is tried from the same place; the fault that lies deepest is the one to tell.
    fn alternatives(&mut self, kinds: &[Type], exactly: bool) -> Result<Print, Fault> {
        let (start, mark) = (self.cursor.at, self.references.mark());
        let (mut found, mut end, mut deepest): (Option<Print>, usize, Option<Fault>) = (None, start, None);
        let mut kept = Vec::new();
        for kind in kinds {
            self.cursor.at = start;
            match self.value(kind) {
                Ok(_) if found.is_some() && exactly => {
                    return Err(Fault::new(start, "can be read in more than one way (expected exactly one)"));
                }
                Ok(print) if found.is_none() => {
                    (found, end) = (Some(print), self.cursor.at);
                    kept = self.references.cut(mark);
                }
                Ok(_) => {}
                Err(fault) if deepest.as_ref().is_none_or(|known| fault.at > known.at) => deepest = Some(fault),
                Err(_) => {}
            }
            self.references.cut(mark);
        }
        self.references.put_back(kept);
        self.cursor.at = end;
        found.ok_or_else(|| deepest.unwrap_or_else(|| Fault::new(start, "fits nothing that is allowed here")))
    }

    fn record(&mut self, definition: &'static Definition) -> Result<Print, Fault> {
        let mut seen = Seen { start: self.cursor.at, fields: Vec::new() };
        self.expect(b'{', "an object")?;
        self.cursor.eat(b'{');
        let mut print = Print::record();
        let mut own_reference = None;
        while self.cursor.peek() != b'}' {
            let at = self.cursor.at;
            let key = self.cursor.string();
            self.cursor.eat(b':');
            let value_at = self.cursor.at;
            let value = match field(definition, &key, self.version) {
                Some((name, kind)) => {
                    seen.fields.push((name, value_at));
                    if name == "bom-ref" {
                        own_reference = Some(value_at);
                    }
                    self.value(kind)?
                }
                None if definition.has_rule(self.version, &Rule::Open) => self.skip(),
                None => return Err(Fault::new(at, format!("unknown field {:?}", clip(&key)))),
            };
            print = print.with(&key, value);
            self.cursor.eat(b',');
        }
        self.cursor.at += 1;
        self.judge(definition, &seen)?;
        if let Some(at) = own_reference {
            let repeatable = definition.has_rule(self.version, &Rule::Repeatable);
            self.references.add(Cursor::new(self.text, at).string(), at, repeatable);
        }
        Ok(print)
    }

    /// Required fields, and rules over several fields.
    fn judge(&self, definition: &Definition, seen: &Seen) -> Result<(), Fault> {
        for Item { versions, required, kind, .. } in &definition.items {
            if let ItemKind::Field(name, _) = kind
                && *required
                && versions.has(self.version)
                && !seen.has(name)
            {
                return Err(Fault::new(seen.start, format!("field {name:?} is missing")));
            }
        }
        let rules = definition.rules.iter().filter(|(versions, _)| versions.has(self.version));
        let flag = |name: &str| {
            let place = seen.fields.iter().find(|(own, _)| *own == name);
            place.is_some_and(|(_, at)| self.text.get(*at..).is_some_and(|rest| rest.starts_with("true")))
        };
        for (_, rule) in rules {
            if let Some(message) = rule.broken(|name| seen.has(name), flag) {
                return Err(Fault::new(seen.start, message));
            }
        }
        Ok(())
    }

    /// Steps over a value that no rule is about.
    fn skip(&mut self) -> Print {
        match self.cursor.peek() {
            b'{' => {
                self.cursor.eat(b'{');
                let mut print = Print::record();
                while !matches!(self.cursor.peek(), b'}' | 0) {
                    let key = self.cursor.string();
                    self.cursor.eat(b':');
                    print = print.with(&key, self.skip());
                    self.cursor.eat(b',');
                }
                self.cursor.at += 1;
                print
            }
            b'[' => {
                self.cursor.eat(b'[');
                let mut print = Print::list();
                while !matches!(self.cursor.peek(), b']' | 0) {
                    print = print.then(self.skip());
                    self.cursor.eat(b',');
                }
                self.cursor.at += 1;
                print
            }
            b'"' => Print::text(&self.cursor.string()),
            _ => Print::number(self.cursor.scalar()),
        }
    }
}

fn field(definition: &'static Definition, key: &str, version: Version) -> Option<(&'static str, &'static Type)> {
    definition.items.iter().find_map(|item| match &item.kind {
        ItemKind::Field(name, kind) if *name == key && item.versions.has(version) => Some((*name, kind)),
        _ => None,
    })
}
