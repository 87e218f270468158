//! The rules of SPDX 3 beyond the shape of its objects.

use std::collections::{HashMap, HashSet};

use super::super::schema::{Class, Fault, Model, Rules};
use super::super::spdx::{expect, expression, is_digest, is_iri, is_time};
use super::super::tree::{Fields, Json, Place, field, shown};

/// Stands where an object of any class may.
pub(super) const ANY: &str = "";

/// Elements that SPDX itself defines, by the names that the context gives them.
const INDIVIDUALS: [(&str, &str); 5] = [
    ("NoAssertionElement", "Element"),
    ("NoneElement", "Element"),
    ("SpdxOrganization", "Organization"),
    ("expandedlicensing_NoAssertionLicense", "expandedlicensing_IndividualLicensingInfo"),
    ("expandedlicensing_NoneLicense", "expandedlicensing_IndividualLicensingInfo"),
];

/// What references may lead to in one document.
pub(super) struct Spdx3<'d> {
    model: &'static Model,
    classes: HashMap<&'d str, &'d str>,
    imported: HashSet<&'d str>,
    /// Whether the document is one object without a graph, which then bears the context too.
    single: bool,
}

/// The identifier of an object.
pub(super) fn id<'d>(object: &'d Json<'_>) -> Option<&'d str> {
    object.text("spdxId").or_else(|| object.text("@id"))
}

/// The last name of an address of the terms of SPDX, or of a short name of one.
pub(super) fn individual(text: &str) -> Option<&str> {
    let address = text.starts_with("https://spdx.org/rdf/3.");
    let last = if address { text.rsplit('/').next()? } else { text.strip_prefix("expandedlicensing_").unwrap_or(text) };
    ["NoAssertionElement", "NoneElement", "SpdxOrganization", "NoAssertionLicense", "NoneLicense"]
        .into_iter()
        .find(|own| *own == last)
}

impl<'d> Spdx3<'d> {
    /// Collects the identifiers of a document, at any depth.
    ///
    /// # Errors
    /// The second of two objects with one identifier; a second document.
    pub(super) fn of(model: &'static Model, nodes: &[&'d Json<'_>], graph: &Place<'_>) -> Result<Self, Fault> {
        let mut rules = Self { model, classes: HashMap::new(), imported: HashSet::new(), single: false };
        rules.single = matches!(nodes, [only] if only.get("@context").is_some());
        for (at, node) in nodes.iter().enumerate() {
            rules.collect(node, &Place::Element(graph, at))?;
        }
        let mut documents = nodes.iter().enumerate().filter(|(_, node)| node.text("type") == Some("SpdxDocument"));
        match (documents.next(), documents.next()) {
            (Some(_), Some((at, _))) => {
                Err(Fault::at(&Place::Element(graph, at), "a second SpdxDocument (expected at most one)"))
            }
            _ => Ok(rules),
        }
    }

    fn collect(&mut self, value: &'d Json<'_>, place: &Place<'_>) -> Result<(), Fault> {
        match value {
            Json::Object(fields) => {
                let known = id(value).zip(value.text("type"));
                if let Some((id, _)) = known.filter(|(id, class)| self.classes.insert(id, class).is_some()) {
                    let message = format!("{:?} is the identifier of another object too", shown(id));
                    return Err(Fault::at(place, message));
                }
                if value.text("type") == Some("ExternalMap") {
                    self.imported.extend(value.text("externalSpdxId"));
                }
                fields.iter().try_for_each(|(name, value)| self.collect(value, &Place::Field(place, name)))
            }
            Json::List(list) => {
                list.iter().enumerate().try_for_each(|(at, value)| self.collect(value, &Place::Element(place, at)))
            }
            _ => Ok(()),
        }
    }

    fn fits(&self, class: &str, wanted: &str) -> bool {
        wanted == ANY || self.model.class(class).is_none_or(|class| class.is_a(wanted))
    }
}

impl Rules for Spdx3<'_> {
    fn text(&self, rule: &'static str, text: &str) -> Result<(), String> {
        match rule {
            "iri" => expect(is_iri(text), "an absolute IRI"),
            "time" => expect(is_time(text), "a time in UTC such as 2026-11-23T14:05:00Z"),
            "media_type" => {
                let parts: Vec<&str> = text.split('/').collect();
                expect(parts.len() == 2 && parts.iter().all(|part| !part.is_empty()), "a media type")
            }
            "semver" => expect(semver::Version::parse(text).is_ok(), "a semantic version such as 3.0.1"),
            _ => Ok(()),
        }
    }

    fn reference(&self, class: &'static str, text: &str) -> Result<(), String> {
        let expected = format!("the identifier of an object of class {class}");
        if let Some(found) = self.classes.get(text) {
            return expect(self.fits(found, class), &expected);
        }
        if self.imported.contains(text) {
            return Ok(());
        }
        if let Some(name) = individual(text) {
            let found = INDIVIDUALS.iter().find(|(own, _)| own.ends_with(name)).map_or(ANY, |(_, class)| class);
            return expect(self.fits(found, class), &expected);
        }
        let listed = ["http://spdx.org/licenses/", "https://spdx.org/licenses/"];
        let listed = listed.iter().any(|head| text.starts_with(head));
        expect(listed, &format!("{expected}, in this document or among its imports"))
    }

    fn class_of<'m>(
        &self,
        model: &'m Model,
        expected: &'static str,
        fields: &Fields<'_>,
    ) -> Result<(Option<&'m Class>, &'static [&'static str]), String> {
        let Some(name) = field(fields, "type").and_then(Json::as_text) else {
            return Err("type is missing".to_owned());
        };
        let Some(class) = model.class(name).filter(|class| !class.is_abstract) else {
            // An extension has a class of its own, named by an IRI.
            let extension = expected == "extension_Extension" && is_iri(name);
            let got = format!("got an object of type {:?} (expected a class of SPDX)", shown(name));
            return if extension { Ok((None, &[])) } else { Err(got) };
        };
        if !(expected == ANY || class.is_a(expected)) {
            return Err(format!("got an object of class {name} (expected one of class {expected})"));
        }
        if !class.is_a("Element") {
            return Ok((Some(class), if self.single { &["type", "@id", "@context"] } else { &["type", "@id"] }));
        }
        match field(fields, "spdxId").and_then(Json::as_text) {
            Some(id) if is_iri(id) => {
                Ok((Some(class), if self.single { &["type", "spdxId", "@context"] } else { &["type", "spdxId"] }))
            }
            Some(id) => Err(format!("got the spdxId {:?} (expected an absolute IRI)", shown(id))),
            None => Err("spdxId is missing".to_owned()),
        }
    }

    fn object(&self, class: &Class, fields: &Fields<'_>) -> Result<(), (&'static str, String)> {
        let text = |name| field(fields, name).and_then(Json::as_text).unwrap_or_default();
        match class.name {
            "Hash" | "PackageVerificationCode" if !is_digest(text("algorithm"), text("hashValue")) => Err((
                "hashValue",
                format!("got {} digits (expected as many as {} has)", text("hashValue").len(), text("algorithm")),
            )),
            "simplelicensing_LicenseExpression" => {
                let name = "simplelicensing_licenseExpression";
                match text(name) {
                    "NONE" | "NOASSERTION" => Ok(()),
                    own => expression(own)
                        .map_err(|expected| (name, format!("got {:?} (expected {expected})", shown(own)))),
                }
            }
            "ExternalIdentifier" => {
                let prefix = match text("externalIdentifierType") {
                    "packageUrl" => "pkg:",
                    "cpe23" => "cpe:2.3:",
                    "cpe22" => "cpe:/",
                    _ => "",
                };
                let own = text("identifier");
                if own.starts_with(prefix) {
                    Ok(())
                } else {
                    Err(("identifier", format!("got {:?} (expected {prefix}…)", shown(own))))
                }
            }
            _ => Ok(()),
        }
    }
}
