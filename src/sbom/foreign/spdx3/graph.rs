//! The objects of an SPDX 3 document, and how they refer to one another.

use std::collections::HashMap;

use super::super::schema::{Class, Model};
use super::super::tree::Json;
use super::rules::id;

/// Every object of a document, and the ones with an identifier by it.
pub(super) struct Graph<'d, 'a> {
    model: &'static Model,
    objects: Vec<(&'d Json<'a>, &'static Class)>,
    by_id: HashMap<&'d str, &'d Json<'a>>,
}

impl<'d, 'a> Graph<'d, 'a> {
    /// Collects the objects of a document.
    pub(super) fn new(nodes: &[&'d Json<'a>], model: &'static Model) -> Self {
        let mut graph = Self { model, objects: Vec::new(), by_id: HashMap::new() };
        nodes.iter().for_each(|node| graph.collect(node));
        graph
    }

    fn collect(&mut self, value: &'d Json<'a>) {
        match value {
            Json::Object(fields) => {
                self.objects.extend(self.class(value).map(|class| (value, class)));
                if let Some(id) = id(value) {
                    self.by_id.insert(id, value);
                }
                fields.iter().for_each(|(_, value)| self.collect(value));
            }
            Json::List(list) => list.iter().for_each(|value| self.collect(value)),
            _ => {}
        }
    }

    /// Objects of a class or of one that descends from it.
    pub(super) fn of_class(&self, class: &str) -> impl Iterator<Item = &'d Json<'a>> {
        self.objects.iter().filter(move |(_, own)| own.is_a(class)).map(|(object, _)| *object)
    }

    fn class(&self, object: &Json<'_>) -> Option<&'static Class> {
        object.text("type").and_then(|name| self.model.class(name))
    }

    /// Whether an object is of a class or of one that descends from it.
    pub(super) fn is_a(&self, object: &Json<'_>, class: &str) -> bool {
        self.class(object).is_some_and(|own| own.is_a(class))
    }

    /// The object that a value is or refers to.
    pub(super) fn resolve(&self, value: &'d Json<'a>) -> Option<&'d Json<'a>> {
        match value {
            Json::Text(text) => self.by_id.get(text.as_ref()).copied(),
            other => Some(other),
        }
    }

    /// The objects that a field refers to, where they are in the document.
    pub(super) fn resolved(&self, object: &'d Json<'a>, name: &str) -> impl Iterator<Item = &'d Json<'a>> {
        let single = object.get(name).filter(|value| !matches!(value, Json::List(_)));
        object.list(name).iter().chain(single).filter_map(|value| self.resolve(value))
    }
}

/// The identifier that a value is, or that the object has which stands there.
pub(super) fn reference<'d>(value: &'d Json<'_>) -> Option<&'d str> {
    value.as_text().or_else(|| id(value))
}
