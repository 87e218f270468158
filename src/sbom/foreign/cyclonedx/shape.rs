//! What the shapes `json.shape` and `xml.shape` say, as the validators walk it.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::notation;
use super::text::Plain;

/// Position of a version in [`VERSIONS`].
pub(super) type Version = usize;

/// Versions of the specification that are read.
pub(super) const VERSIONS: [&str; 5] = ["1.3", "1.4", "1.5", "1.6", "1.7"];

/// A set of versions, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Versions(u8);

impl Versions {
    pub(super) const ALL: Self = Self(0b1_1111);

    pub(super) const fn has(self, version: Version) -> bool {
        self.0 >> version & 1 == 1
    }

    pub(super) fn from_range(from: Version, to: Version) -> Self {
        Self((from..=to).fold(0, |bits, version| bits | 1 << version))
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Position of a definition in its shape.
pub(super) type Id = usize;

/// Bounds of a number, or of the characters of a text.
pub(super) type Bounds = (Option<u32>, Option<u32>);

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Type {
    /// Something without parts.
    Plain(Plain, Bounds),
    /// By the definition of this position.
    Named(Id),
    /// A list.
    List { item: Box<Type>, unique: bool, filled: bool, single: bool },
    /// Fits exactly one.
    One(Vec<Type>),
    /// Fits at least one.
    Any(Vec<Type>),
}

/// A rule over several fields of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rule {
    /// `one a b+c`: exactly one of these sets of fields is there.
    One(Vec<Vec<&'static str>>),
    /// `any a b`: at least one of them is there.
    Any(Vec<&'static str>),
    /// `apart a b`: not both are there.
    Apart(&'static str, &'static str),
    /// `needs a b`: where `a` is there, `b` is true.
    Needs(&'static str, &'static str),
    /// `open`: further fields are allowed.
    Open,
    /// `mixed`: text between the elements is allowed.
    Mixed,
    /// `repeatable`: may be described at several places under one reference.
    Repeatable,
}

/// One line, or block of lines, of a record.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) versions: Versions,
    /// At least once.
    pub(super) required: bool,
    /// More than once.
    pub(super) repeated: bool,
    pub(super) kind: ItemKind,
}

#[derive(Debug)]
pub(super) enum ItemKind {
    Field(&'static str, Type),
    Choice(Vec<Item>),
    Sequence(Vec<Item>),
    /// Any elements of other namespaces.
    Foreign,
}

/// An attribute; `*` stands for those without a line of their own.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) versions: Versions,
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) kind: Type,
}

/// Everything that one name stands for.
#[derive(Debug, Default)]
pub(super) struct Definition {
    #[cfg_attr(not(test), expect(dead_code, reason = "told by the tests"))]
    pub(super) name: &'static str,
    pub(super) aliases: Vec<(Versions, Type)>,
    pub(super) words: Vec<(Versions, &'static str)>,
    /// Blanks around a word are forgiven.
    pub(super) token: bool,
    pub(super) items: Vec<Item>,
    pub(super) attributes: Vec<Attribute>,
    /// Attributes without a line: of any namespace, or only of others.
    pub(super) further: Vec<(Versions, bool)>,
    pub(super) text: Vec<(Versions, Type)>,
    pub(super) rules: Vec<(Versions, Rule)>,
    pub(super) record: bool,
}

impl Definition {
    /// What the name stands for, if it is only another name.
    pub(super) fn alias(&self, version: Version) -> Option<&Type> {
        self.aliases.iter().find(|(versions, _)| versions.has(version)).map(|(_, kind)| kind)
    }

    pub(super) fn has_rule(&self, version: Version, rule: &Rule) -> bool {
        self.rules.iter().any(|(versions, own)| versions.has(version) && own == rule)
    }

    /// The words of an enumeration in this version.
    pub(super) fn words(&self, version: Version) -> impl Iterator<Item = &'static str> + '_ {
        self.words.iter().filter(move |(versions, _)| versions.has(version)).map(|(_, word)| *word)
    }
}

/// A whole description.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub(super) definitions: Vec<Definition>,
    pub(super) names: HashMap<&'static str, Id>,
}

/// Shape of JSON documents.
pub(super) fn json() -> &'static Shape {
    static SHAPE: OnceLock<Shape> = OnceLock::new();
    SHAPE.get_or_init(|| notation::parse(include_str!("json.shape")))
}

/// Shape of XML documents.
pub(super) fn xml() -> &'static Shape {
    static SHAPE: OnceLock<Shape> = OnceLock::new();
    SHAPE.get_or_init(|| notation::parse(include_str!("xml.shape")))
}

impl Shape {
    /// Position of a definition.
    pub(super) fn find(&self, name: &str) -> Option<Id> {
        self.names.get(name).copied()
    }

    /// Position of a name, which is remembered until its definition comes.
    pub(super) fn id(&mut self, name: &'static str) -> Id {
        *self.names.entry(name).or_insert_with(|| {
            self.definitions.push(Definition { name, ..Definition::default() });
            self.definitions.len() - 1
        })
    }
}
