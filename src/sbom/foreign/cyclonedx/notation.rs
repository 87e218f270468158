//! The notation in which `json.shape` and `xml.shape` describe CycloneDX, and its reader.
//!
//! - `object NAME` or `element NAME` begins a record, `enum NAME` a list of words, `alias NAME TYPE`
//!   another name. `enum NAME token` forgives blanks around its words.
//! - A record has fields `name TYPE`; a mark behind the name says how often: none for once, `?` for at
//!   most once, `*` for any number, `+` for once or more (the last two in XML only). `@name TYPE` is an
//!   attribute, there with `!` if it must be there; `@* any` and `@* other` allow further ones, `other`
//!   only those of other namespaces. `= TYPE` is the text of the element. `|` begins a choice of the
//!   deeper lines, `&` a sequence of them, `...` allows elements of other namespaces. In XML the order
//!   of lines is the order of elements.
//! - `: rule` is a rule over several fields: see [`Rule`].
//! - A type is a name, `[T]` a list, `{T}` a list without equal items, with `+` for at least one item
//!   and `=1` for exactly one; `A|B` fits exactly one of both, `A/B` at least one. `(min..max)` bounds a
//!   number, or the characters of a text.
//! - ` @1.5+`, ` @1.4-1.5`, ` @1.3,1.6` at the end of a line: the versions that it holds for.

use std::iter::Peekable;
use std::str::Lines;

use super::shape::{Attribute, Definition, Id, Item, ItemKind, Rule, Shape, Type, VERSIONS, Versions};
use super::text::Plain;

/// Never fails: a name without a definition fits nothing, and the tests find it.
pub(super) fn parse(text: &'static str) -> Shape {
    let mut shape = Shape::default();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let (line, versions) = cut_versions(line);
        let mut words = line.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some("alias"), Some(name), Some(kind)) => {
                let kind = shape.type_of(kind);
                shape.define(name).aliases.push((versions, kind));
            }
            (Some("enum"), Some(name), token) => {
                let definition = shape.define(name);
                definition.token = token == Some("token");
                while let Some(line) = lines.next_if(|line| line.starts_with(' ')) {
                    let (line, versions) = cut_versions(line);
                    definition.words.extend(line.trim().split(", ").map(|word| (versions, word)));
                }
            }
            (Some("object" | "element"), Some(name), None) => {
                let id = shape.id(name);
                shape.definitions[id].record = true;
                let items = shape.body(id, &mut lines, 2);
                shape.definitions[id].items = items;
            }
            _ => {}
        }
    }
    shape
}

impl Shape {
    fn define(&mut self, name: &'static str) -> &mut Definition {
        let id = self.id(name);
        &mut self.definitions[id]
    }

    /// The lines of this indentation: items are returned, all others kept at the definition.
    fn body(&mut self, id: Id, lines: &mut Peekable<Lines<'static>>, indent: usize) -> Vec<Item> {
        let mut items = Vec::new();
        while let Some(line) = lines.next_if(|line| line.len() - line.trim_start().len() == indent) {
            let (line, versions) = cut_versions(line.trim());
            let (head, rest) = line.split_once(' ').unwrap_or((line, ""));
            if head == "=" {
                let kind = self.type_of(rest);
                self.definitions[id].text.push((versions, kind));
            } else if head == ":" {
                self.definitions[id].rules.extend(rule(rest).map(|rule| (versions, rule)));
            } else if head == "@*" {
                self.definitions[id].further.push((versions, rest == "any"));
            } else if let Some(name) = head.strip_prefix('@') {
                let kind = self.type_of(rest);
                let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
                self.definitions[id].attributes.push(Attribute { versions, name, required, kind });
            } else if head == "..." {
                items.push(Item { versions, required: false, repeated: true, kind: ItemKind::Foreign });
            } else {
                items.push(self.item(id, (head, rest, versions), lines, indent));
            }
        }
        items
    }

    fn item(
        &mut self,
        id: Id,
        (head, rest, versions): (&'static str, &'static str, Versions),
        lines: &mut Peekable<Lines<'static>>,
        indent: usize,
    ) -> Item {
        let name = head.trim_end_matches(['?', '*', '+']);
        let mark = &head[name.len()..];
        let kind = match name {
            "|" => ItemKind::Choice(self.body(id, lines, indent + 2)),
            "&" => ItemKind::Sequence(self.body(id, lines, indent + 2)),
            _ => ItemKind::Field(name, self.type_of(rest)),
        };
        Item { versions, required: matches!(mark, "" | "+"), repeated: matches!(mark, "*" | "+"), kind }
    }

    fn type_of(&mut self, text: &'static str) -> Type {
        let several = |mark| top_level(text, mark);
        let (one, any) = (several('|'), several('/'));
        if one.len() > 1 {
            return Type::One(one.into_iter().map(|part| self.type_of(part)).collect());
        }
        if any.len() > 1 {
            return Type::Any(any.into_iter().map(|part| self.type_of(part)).collect());
        }
        let (body, filled) = text.strip_suffix('+').map_or((text, false), |body| (body, true));
        let (body, single) = body.strip_suffix("=1").map_or((body, false), |body| (body, true));
        let list = |open, close| body.strip_prefix(open).and_then(|rest: &'static str| rest.strip_suffix(close));
        if let Some(item) = list('[', ']') {
            return Type::List { item: Box::new(self.type_of(item)), unique: false, filled, single };
        }
        if let Some(item) = list('{', '}') {
            return Type::List { item: Box::new(self.type_of(item)), unique: true, filled, single };
        }
        let (name, bounds) = body.strip_suffix(')').and_then(|rest| rest.split_once('(')).unwrap_or((body, ".."));
        let (low, high) = bounds.split_once("..").unwrap_or_default();
        match Plain::named(name) {
            Some(plain) => Type::Plain(plain, (low.parse().ok(), high.parse().ok())),
            None => Type::Named(self.id(name)),
        }
    }
}

fn cut_versions(line: &'static str) -> (&'static str, Versions) {
    line.rsplit_once(" @")
        .filter(|(_, range)| range.starts_with("1."))
        .map_or((line, Versions::ALL), |(line, range)| (line, versions_of(range)))
}

/// Parts of a type between marks that are in no bracket.
fn top_level(text: &'static str, mark: char) -> Vec<&'static str> {
    let mut depth = 0_usize;
    text.split(|letter| {
        match letter {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == mark && depth == 0
    })
    .collect()
}

fn rule(text: &'static str) -> Option<Rule> {
    let words: Vec<&'static str> = text.split(' ').collect();
    Some(match *words.as_slice() {
        ["one", ref sets @ ..] => Rule::One(sets.iter().map(|set| set.split('+').collect()).collect()),
        ["any", ref names @ ..] => Rule::Any(names.to_vec()),
        ["apart", one, other] => Rule::Apart(one, other),
        ["needs", field, flag] => Rule::Needs(field, flag),
        ["open"] => Rule::Open,
        ["mixed"] => Rule::Mixed,
        ["repeatable"] => Rule::Repeatable,
        _ => return None,
    })
}

/// `1.5+`, `1.4-1.5`, `1.7` or several of them between commas.
fn versions_of(text: &str) -> Versions {
    let at = |name: &str| VERSIONS.iter().position(|version| *version == name).unwrap_or(VERSIONS.len());
    let ranges = text.split(',').map(|range| match (range.strip_suffix('+'), range.split_once('-')) {
        (Some(from), _) => Versions::from_range(at(from), VERSIONS.len() - 1),
        (None, Some((from, to))) => Versions::from_range(at(from), at(to)),
        (None, None) => Versions::from_range(at(range), at(range)),
    });
    ranges.fold(Versions::default(), Versions::and)
}
