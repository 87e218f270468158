//! The shape of a document: classes of objects, read from a table, and the walk that holds a
//! document against them.
//!
//! The tables (`spdx2/*.txt`, `spdx3/*.txt`) say which fields a class has, how often and of what type.
//! Unknown fields are refused, as the official schemas do.

use std::collections::{HashMap, HashSet};

use super::tree::{Fields, Json, Place, field, shown};

/// A place and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Path of the value.
    pub(super) place: String,
    /// Got and expected.
    pub(super) message: String,
}

impl Fault {
    /// A fault at a place.
    pub(super) fn at(place: &Place<'_>, message: impl Into<String>) -> Self {
        let place = place.to_string();
        let place = if place.is_empty() { "document".to_owned() } else { place };
        Self { place, message: message.into() }
    }
}

/// Classes by name.
#[derive(Debug, Default)]
pub(super) struct Model {
    classes: HashMap<&'static str, Class>,
}

/// One class of objects.
#[derive(Debug, Default)]
pub(super) struct Class {
    /// Its name.
    pub(super) name: &'static str,
    /// Whether no object is of this class itself.
    pub(super) is_abstract: bool,
    fields: HashMap<&'static str, Field>,
    required: Vec<&'static str>,
    /// The classes that it descends from, a few.
    ancestors: Vec<&'static str>,
}

impl Class {
    /// Whether objects of this class are also of that one.
    pub(super) fn is_a(&self, other: &str) -> bool {
        self.name == other || self.ancestors.contains(&other)
    }
}

#[derive(Debug, Clone)]
struct Field {
    /// Fewest elements, where it is a list.
    list: Option<usize>,
    value: Type,
}

#[derive(Debug, Clone)]
enum Type {
    Any,
    Bool,
    Integer(i64),
    Number,
    Text(&'static str),
    OneOf(&'static str, HashSet<&'static str>),
    Object(&'static str),
}

/// What a format asks for beyond the shape.
pub(super) trait Rules {
    /// Judges a string by the rule that the table names.
    ///
    /// # Errors
    /// What is expected instead.
    fn text(&self, rule: &'static str, text: &str) -> Result<(), String>;

    /// Judges a string that stands where an object of a class may: a reference, where there are such.
    ///
    /// # Errors
    /// What is expected instead.
    fn reference(&self, class: &'static str, text: &str) -> Result<(), String>;

    /// The class of an object that stands where one of `expected` may, and the fields that belong to
    /// the notation, not to the class.
    ///
    /// # Errors
    /// What is wrong with the object.
    fn class_of<'m>(
        &self,
        model: &'m Model,
        expected: &'static str,
        fields: &Fields<'_>,
    ) -> Result<(Option<&'m Class>, &'static [&'static str]), String>;

    /// Judges a whole object, after its fields.
    ///
    /// # Errors
    /// The field that is wrong, and what is expected.
    fn object(&self, class: &Class, fields: &Fields<'_>) -> Result<(), (&'static str, String)>;
}

impl Model {
    /// Reads a table. A line that says nothing known is left out, which a test excludes.
    pub(super) fn parse(table: &'static str) -> Self {
        let mut enums: HashMap<&str, HashSet<&str>> = HashMap::new();
        let mut name = None;
        for line in table.lines() {
            if let Some(own) = line.strip_prefix("enum ") {
                name = Some(own);
            } else if line.starts_with("class ") {
                name = None;
            } else if let (Some(own), true) = (name, line.starts_with("  ")) {
                enums.entry(own).or_default().extend(line.split_ascii_whitespace());
            }
        }
        let mut model = Self::default();
        let mut parents = Vec::new();
        let mut current: Option<Class> = None;
        for line in table.lines().chain(["class "]) {
            if let Some(rest) = line.strip_prefix("class ").or_else(|| line.strip_prefix("enum ").map(|_| "")) {
                if let Some(class) = current.take() {
                    model.classes.insert(class.name, class);
                }
                let mut words = rest.split_ascii_whitespace();
                let Some(own) = words.next() else { continue };
                let rest: Vec<&str> = words.collect();
                if let Some(parent) = rest.iter().position(|word| *word == "<").and_then(|at| rest.get(at + 1)) {
                    parents.push((own, *parent));
                }
                current = Some(Class { name: own, is_abstract: rest.contains(&"abstract"), ..Class::default() });
            } else if let (Some(class), Some((name, required, field))) = (current.as_mut(), parse_field(line, &enums)) {
                if required {
                    class.required.push(name);
                }
                class.fields.insert(name, field);
            }
        }
        model.inherit(&parents);
        model
    }

    /// Gives every class the fields of those that it descends from.
    fn inherit(&mut self, parents: &[(&'static str, &'static str)]) {
        let parent_of: HashMap<&str, &'static str> = parents.iter().copied().collect();
        for (own, _) in parents {
            let (mut fields, mut required, mut ancestors) = (Vec::new(), Vec::new(), Vec::new());
            let mut next = parent_of.get(own);
            while let Some(parent) = next.filter(|parent| !ancestors.contains(*parent)) {
                ancestors.push(*parent);
                if let Some(class) = self.classes.get(parent) {
                    fields.extend(class.fields.iter().map(|(name, field)| (*name, field.clone())));
                    required.extend(class.required.iter().copied());
                }
                next = parent_of.get(parent);
            }
            if let Some(class) = self.classes.get_mut(own) {
                for (name, field) in fields {
                    class.fields.entry(name).or_insert(field);
                }
                class.required.extend(required);
                class.ancestors = ancestors;
            }
        }
    }

    /// The class of this name.
    pub(super) fn class(&self, name: &str) -> Option<&Class> {
        self.classes.get(name)
    }

    /// Holds a value against a class.
    ///
    /// # Errors
    /// The first [`Fault`].
    pub(super) fn check(
        &self,
        rules: &impl Rules,
        class: &'static str,
        value: &Json<'_>,
        place: &Place<'_>,
    ) -> Result<(), Fault> {
        let fields = match value {
            Json::Object(fields) => fields,
            Json::Text(text) => {
                return rules.reference(class, text).map_err(|expected| unfit(place, value, &expected));
            }
            _ => return Err(unfit(place, value, "an object")),
        };
        let (class, notation) = rules.class_of(self, class, fields).map_err(|message| Fault::at(place, message))?;
        let Some(class) = class else { return Ok(()) };
        for (name, value) in fields {
            let here = Place::Field(place, name);
            match class.fields.get(name.as_ref()) {
                Some(field) => self.check_field(rules, field, value, &here)?,
                None if notation.contains(&name.as_ref()) => {}
                None => return Err(Fault::at(&here, format!("{} has no such field", class.name))),
            }
        }
        if let Some(missing) = class.required.iter().find(|name| field(fields, name).is_none()) {
            return Err(Fault::at(place, format!("{missing} is missing")));
        }
        rules.object(class, fields).map_err(|(name, message)| Fault::at(&Place::Field(place, name), message))
    }

    fn check_field(&self, rules: &impl Rules, field: &Field, value: &Json<'_>, place: &Place<'_>) -> Result<(), Fault> {
        let Some(least) = field.list else { return self.check_value(rules, &field.value, value, place) };
        let Json::List(list) = value else { return Err(unfit(place, value, "an array")) };
        if list.len() < least {
            return Err(Fault::at(place, format!("got {} elements (expected at least {least})", list.len())));
        }
        for (at, element) in list.iter().enumerate() {
            self.check_value(rules, &field.value, element, &Place::Element(place, at))?;
        }
        Ok(())
    }

    fn check_value(&self, rules: &impl Rules, wanted: &Type, value: &Json<'_>, place: &Place<'_>) -> Result<(), Fault> {
        match (wanted, value) {
            (Type::Any, _) | (Type::Bool, Json::Bool(_)) | (Type::Number, Json::Integer(_) | Json::Number(_)) => Ok(()),
            (Type::Integer(least), Json::Integer(number)) if number >= least => Ok(()),
            (Type::Number, Json::Text(text)) if text.parse::<f64>().is_ok_and(f64::is_finite) => Ok(()),
            (Type::Text(rule), Json::Text(text)) => {
                rules.text(rule, text).map_err(|expected| unfit(place, value, &expected))
            }
            (Type::OneOf(_, words), Json::Text(text)) if words.contains(text.as_ref()) => Ok(()),
            (Type::OneOf(name, _), _) => Err(unfit(place, value, &format!("a word that SPDX has for {name}"))),
            (Type::Object(class), _) => self.check(rules, class, value, place),
            (Type::Bool, _) => Err(unfit(place, value, "a boolean")),
            (Type::Integer(least), _) => Err(unfit(place, value, &format!("an integer, at least {least}"))),
            (Type::Number, _) => Err(unfit(place, value, "a number")),
            (Type::Text(_), _) => Err(unfit(place, value, "a string")),
        }
    }
}

fn unfit(place: &Place<'_>, got: &Json<'_>, expected: &str) -> Fault {
    let got = got.as_text().map_or_else(|| got.kind().to_owned(), |text| format!("{:?}", shown(text)));
    Fault::at(place, format!("got {got} (expected {expected})"))
}

/// A line such as `  checksums !*1 c:Checksum`: the name, whether it must be there, the field.
fn parse_field(
    line: &'static str,
    enums: &HashMap<&'static str, HashSet<&'static str>>,
) -> Option<(&'static str, bool, Field)> {
    let mut words = line.strip_prefix("  ")?.split_ascii_whitespace();
    let (name, cardinality, kind) = (words.next()?, words.next()?, words.next()?);
    let (required, rest) = match cardinality.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, cardinality.strip_prefix('?')?),
    };
    let list = match rest.strip_prefix('*') {
        Some(least) => Some(least.parse().ok()?),
        None if rest.is_empty() => None,
        None => return None,
    };
    let value = match (kind.split_once(':'), kind) {
        (Some(("c", class)), _) => Type::Object(class),
        (Some(("e", name)), _) => Type::OneOf(name, enums.get(name)?.clone()),
        (_, "any") => Type::Any,
        (_, "bool") => Type::Bool,
        (_, "integer") => Type::Integer(i64::MIN),
        (_, "natural") => Type::Integer(0),
        (_, "positive") => Type::Integer(1),
        (_, "number") => Type::Number,
        (_, rule) => Type::Text(rule),
    };
    Some((name, required, Field { list, value }))
}

#[cfg(test)]
impl Model {
    /// Every class, with the names of its fields.
    pub(super) fn listed(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.classes.iter().map(|(name, class)| (*name, class.fields.len()))
    }
}
