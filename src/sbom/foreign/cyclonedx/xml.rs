//! Judges an XML document by `xml.shape`, the way an XML Schema 1.0 validator would.

use roxmltree::Node;

use super::attributes;
use super::fault::{Fault, clip};
use super::references::References;
use super::shape::{Bounds, Definition, Id, Item, ItemKind, Rule, Shape, Type, Version, xml};
use super::text::Plain;

/// Judges a document from its root.
///
/// # Errors
/// [`Fault`] at the byte of the first thing that is wrong.
pub(super) fn check(root: Node<'_, '_>, version: Version) -> Result<(), Fault> {
    let shape = xml();
    let at = root.range().start;
    let id = shape.find("bom").ok_or_else(|| Fault::new(at, "the shape has no root"))?;
    let judge = Judge { shape, version, namespace: root.tag_name().namespace().unwrap_or_default() };
    judge.named(root, id)?;
    let mut references = References::default();
    for node in root.descendants().filter(|node| node.is_element() && *node != root) {
        if let Some(reference) = node.attribute("bom-ref") {
            references.add(reference.into(), node.range().start, false);
        }
    }
    references.check()
}

/// Text directly inside of an element, comments left out.
pub(super) fn text_of(node: Node<'_, '_>) -> String {
    node.children().filter(Node::is_text).filter_map(|text| text.text()).collect()
}

/// The text with blanks around it, and runs of them inside, made one or none.
pub(super) fn collapse(text: &str) -> String {
    text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Judges elements of one document.
pub(super) struct Judge<'a> {
    shape: &'static Shape,
    pub(super) version: Version,
    namespace: &'a str,
}

/// Elements inside of one, and how many of them have been matched.
struct Children<'a, 'b> {
    nodes: Vec<Node<'a, 'b>>,
    at: usize,
    parent: Node<'a, 'b>,
}

impl<'a, 'b> Children<'a, 'b> {
    fn next(&self) -> Option<Node<'a, 'b>> {
        self.nodes.get(self.at).copied()
    }

    /// Byte of the next element, or of the parent at its end.
    fn place(&self) -> usize {
        self.next().unwrap_or(self.parent).range().start
    }
}

impl Judge<'_> {
    fn value(&self, node: Node<'_, '_>, kind: &Type) -> Result<(), Fault> {
        match kind {
            Type::Named(id) => self.named(node, *id),
            Type::Plain(Plain::Anything, _) => Ok(()),
            _ => {
                attributes::none(node)?;
                self.content(node, kind)
            }
        }
    }

    fn named(&self, node: Node<'_, '_>, id: Id) -> Result<(), Fault> {
        let shape = self.shape;
        let Some(definition) = shape.definitions.get(id) else {
            return Err(Fault::new(node.range().start, "nothing is allowed here"));
        };
        if let Some(kind) = definition.alias(self.version) {
            return self.value(node, kind);
        }
        if definition.record {
            return self.record(node, definition);
        }
        attributes::none(node)?;
        self.content(node, &Type::Named(id))
    }

    /// An element that holds text only.
    fn content(&self, node: Node<'_, '_>, kind: &Type) -> Result<(), Fault> {
        if let Some(child) = node.children().find(Node::is_element) {
            let message = format!("got element <{}>, expected text", clip(child.tag_name().name()));
            return Err(Fault::new(child.range().start, message));
        }
        self.text(&text_of(node), kind, node.range().start)
    }

    pub(super) fn text(&self, text: &str, kind: &Type, at: usize) -> Result<(), Fault> {
        match kind {
            Type::Plain(plain, bounds) => plain_text(text, *plain, *bounds, at),
            Type::Named(id) => {
                let Some(definition) = self.shape.definitions.get(*id) else { return Ok(()) };
                if let Some(kind) = definition.alias(self.version) {
                    return self.text(text, kind, at);
                }
                let own = if definition.token { &collapse(text) } else { text };
                if definition.words(self.version).any(|word| word == own) {
                    return Ok(());
                }
                Err(Fault::word(at, text, definition, self.version))
            }
            Type::One(kinds) | Type::Any(kinds) => {
                let mut first = None;
                for kind in kinds {
                    match self.text(text, kind, at) {
                        Ok(()) => return Ok(()),
                        Err(fault) => first = first.or(Some(fault)),
                    }
                }
                first.map_or(Ok(()), Err)
            }
            Type::List { .. } => Err(Fault::new(at, "a list cannot be text")),
        }
    }

    fn record(&self, node: Node<'_, '_>, definition: &Definition) -> Result<(), Fault> {
        self.attributes(node, definition)?;
        if let Some((_, kind)) = definition.text.iter().find(|(versions, _)| versions.has(self.version)) {
            return self.content(node, kind);
        }
        let blank = |text: &str| text.bytes().all(|byte| byte.is_ascii_whitespace());
        let stray = node.children().find(|child| child.is_text() && !child.text().is_none_or(blank));
        if let Some(stray) = stray.filter(|_| !definition.has_rule(self.version, &Rule::Mixed)) {
            let message = format!("got text {:?}, expected elements", clip(stray.text().unwrap_or_default().trim()));
            return Err(Fault::new(stray.range().start, message));
        }
        let nodes = node.children().filter(Node::is_element).collect();
        let mut children = Children { nodes, at: 0, parent: node };
        for item in &definition.items {
            self.repeat(item, &mut children)?;
        }
        if let Some(extra) = children.next() {
            let message = format!("element <{}> is not allowed here", clip(extra.tag_name().name()));
            return Err(Fault::new(extra.range().start, message));
        }
        self.rules(node, definition)
    }

    fn rules(&self, node: Node<'_, '_>, definition: &Definition) -> Result<(), Fault> {
        let has = |name: &str| node.children().any(|child| child.has_tag_name((self.namespace, name)));
        let holds =
            |name: &str| node.attribute(name).is_some_and(|text| matches!(collapse(text).as_str(), "true" | "1"));
        let rules = definition.rules.iter().filter(|(versions, _)| versions.has(self.version));
        match rules.filter_map(|(_, rule)| rule.broken(has, holds)).next() {
            Some(message) => Err(Fault::new(node.range().start, message)),
            None => Ok(()),
        }
    }

    /// One item as often as it comes.
    fn repeat(&self, item: &Item, children: &mut Children<'_, '_>) -> Result<(), Fault> {
        if !item.versions.has(self.version) {
            return Ok(());
        }
        let mut count = 0_usize;
        while (count == 0 || item.repeated) && self.once(item, children)? {
            count += 1;
        }
        if count == 0 && item.required && !self.may_be_empty(item) {
            let got = children
                .next()
                .map_or_else(|| "nothing".to_owned(), |node| format!("<{}>", clip(node.tag_name().name())));
            let message = format!("got {got}, expected {}", self.expected(item));
            return Err(Fault::new(children.place(), message));
        }
        Ok(())
    }

    /// Whether the item came: some elements were stepped over.
    fn once(&self, item: &Item, children: &mut Children<'_, '_>) -> Result<bool, Fault> {
        let start = children.at;
        match &item.kind {
            ItemKind::Field(name, kind) => {
                if let Some(node) = children.next().filter(|node| node.has_tag_name((self.namespace, *name))) {
                    self.value(node, kind)?;
                    children.at += 1;
                }
            }
            ItemKind::Foreign => {
                let foreign =
                    |node: &Node<'_, '_>| node.tag_name().namespace().is_some_and(|name| name != self.namespace);
                children.at += usize::from(children.next().as_ref().is_some_and(foreign));
            }
            ItemKind::Choice(items) => {
                for item in items.iter().filter(|item| item.versions.has(self.version)) {
                    let mut count = 0_usize;
                    while (count == 0 || item.repeated) && self.once(item, children)? {
                        count += 1;
                    }
                    if children.at > start {
                        break;
                    }
                }
            }
            ItemKind::Sequence(items) => {
                for item in items {
                    let absent = children.at == start && item.required && !self.comes(item, children);
                    if absent && !self.may_be_empty(item) {
                        return Ok(false);
                    }
                    self.repeat(item, children)?;
                }
            }
        }
        Ok(children.at > start)
    }

    /// Whether the next element begins this item.
    fn comes(&self, item: &Item, children: &Children<'_, '_>) -> bool {
        let Some(node) = children.next() else { return false };
        item.versions.has(self.version)
            && match &item.kind {
                ItemKind::Field(name, _) => node.has_tag_name((self.namespace, *name)),
                ItemKind::Foreign => node.tag_name().namespace().is_some_and(|name| name != self.namespace),
                ItemKind::Choice(items) => items.iter().any(|item| self.comes(item, children)),
                ItemKind::Sequence(items) => {
                    let first = items.iter().position(|item| !self.may_be_empty(item)).unwrap_or(items.len());
                    items.iter().take(first + 1).any(|item| self.comes(item, children))
                }
            }
    }

    fn may_be_empty(&self, item: &Item) -> bool {
        !item.required
            || !item.versions.has(self.version)
            || match &item.kind {
                ItemKind::Field(..) => false,
                ItemKind::Foreign => true,
                ItemKind::Choice(items) => items.iter().any(|item| self.may_be_empty(item)),
                ItemKind::Sequence(items) => items.iter().all(|item| self.may_be_empty(item)),
            }
    }

    fn expected(&self, item: &Item) -> String {
        match &item.kind {
            ItemKind::Field(name, _) => format!("<{name}>"),
            ItemKind::Foreign => "an element of another namespace".to_owned(),
            ItemKind::Choice(items) => items.iter().map(|item| self.expected(item)).collect::<Vec<_>>().join(" or "),
            ItemKind::Sequence(items) => items.first().map(|item| self.expected(item)).unwrap_or_default(),
        }
    }
}

fn plain_text(text: &str, plain: Plain, bounds: Bounds, at: usize) -> Result<(), Fault> {
    let Plain::Text(rule) = plain else { return Err(Fault::new(at, "a JSON value cannot be text")) };
    let fits = if rule.token { rule.fits(&collapse(text), bounds) } else { rule.fits(text, bounds) };
    if fits { Ok(()) } else { Err(Fault::text(at, text, rule, bounds)) }
}
