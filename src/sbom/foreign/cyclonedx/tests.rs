//! The notation is whole, and small documents are judged as the specification says.

use super::shape::{Item, ItemKind, Shape, Type, json, xml};

fn names(kind: &Type, found: &mut Vec<usize>) {
    match kind {
        Type::Plain(..) => {}
        Type::Named(id) => found.push(*id),
        Type::List { item, .. } => names(item, found),
        Type::One(kinds) | Type::Any(kinds) => kinds.iter().for_each(|kind| names(kind, found)),
    }
}

fn items(list: &[Item], found: &mut Vec<usize>) {
    for item in list {
        match &item.kind {
            ItemKind::Field(_, kind) => names(kind, found),
            ItemKind::Choice(inner) | ItemKind::Sequence(inner) => items(inner, found),
            ItemKind::Foreign => {}
        }
    }
}

fn whole(shape: &Shape) {
    for definition in &shape.definitions {
        let something = definition.record || !definition.words.is_empty() || !definition.aliases.is_empty();
        assert!(something, "{} is named, but not defined", definition.name);
        let mut found = Vec::new();
        items(&definition.items, &mut found);
        definition.aliases.iter().chain(&definition.text).for_each(|(_, kind)| names(kind, &mut found));
        definition.attributes.iter().for_each(|attribute| names(&attribute.kind, &mut found));
        assert!(found.iter().all(|id| *id < shape.definitions.len()), "{}", definition.name);
    }
}

#[test]
fn every_name_of_both_shapes_is_defined() {
    whole(json());
    whole(xml());
    assert!(json().definitions.len() > 200 && xml().definitions.len() > 300);
}
