//! Attributes of XML elements.

use roxmltree::Node;

use super::fault::{Fault, clip};
use super::shape::Definition;
use super::xml::Judge;

const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

impl Judge<'_> {
    /// Every attribute is known or allowed, and those that must be there are.
    pub(super) fn attributes(&self, node: Node<'_, '_>, definition: &Definition) -> Result<(), Fault> {
        let declared = || definition.attributes.iter().filter(|own| own.versions.has(self.version));
        let further =
            definition.further.iter().filter(|(versions, _)| versions.has(self.version)).map(|(_, any)| *any).next();
        for attribute in node.attributes() {
            let at = attribute.range().start;
            let known = declared().find(|own| attribute.namespace().is_none() && own.name == attribute.name());
            match (known, attribute.namespace(), further) {
                (Some(own), _, _) => self.text(attribute.value(), &own.kind, at)?,
                (None, Some(SCHEMA_INSTANCE), _) => instance(attribute.name(), at)?,
                (None, _, Some(true)) | (None, Some(_), Some(false)) => {}
                (None, ..) => return Err(unknown(attribute.name(), at)),
            }
        }
        let missing = declared().find(|own| own.required && node.attribute(own.name).is_none());
        match missing {
            Some(own) => Err(Fault::new(node.range().start, format!("attribute {:?} is missing", own.name))),
            None => Ok(()),
        }
    }
}

/// An element without attributes of its own may still point to its schema.
pub(super) fn none(node: Node<'_, '_>) -> Result<(), Fault> {
    for attribute in node.attributes() {
        let at = attribute.range().start;
        match attribute.namespace() {
            Some(SCHEMA_INSTANCE) => instance(attribute.name(), at)?,
            _ => return Err(unknown(attribute.name(), at)),
        }
    }
    Ok(())
}

/// `xsi:type` and `xsi:nil` would change what the element is; the format has no use for them.
fn instance(name: &str, at: usize) -> Result<(), Fault> {
    match name {
        "schemaLocation" | "noNamespaceSchemaLocation" => Ok(()),
        _ => Err(unknown(name, at)),
    }
}

fn unknown(name: &str, at: usize) -> Fault {
    Fault::new(at, format!("unknown attribute {:?}", clip(name)))
}
