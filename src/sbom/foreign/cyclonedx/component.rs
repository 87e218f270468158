//! One component of a CycloneDX document, and what becomes of it in an inventory.

use serde::Deserialize;

use super::bom::property;
use crate::model::text::shows_something;
use crate::sbom::component::Kind;
use crate::sbom::cyclonedx::{
    SUPPLIER, SUPPLIER_SOURCE, SUPPLIER_UNKNOWN_BECAUSE, SUPPORT_END, SUPPORT_END_UNKNOWN_BECAUSE, SUPPORT_LEVEL,
    SUPPORT_LEVEL_UNKNOWN_BECAUSE,
};
use crate::sbom::inventory::{Answer, Identifier, IdentifierKind, Item};
use crate::sbom::support::{FDA_LEVEL, FOREIGN_ENDS, SupportLevel, contradicted_end, contradicted_level};

/// Why level or last day are missing.
const FDA_JUSTIFICATION: &str = "cdx:fda:justification";

/// A component.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Component {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(rename = "bom-ref")]
    pub(super) reference: Option<String>,
    pub(super) supplier: Option<Organization>,
    pub(super) manufacturer: Option<Organization>,
    pub(super) group: Option<String>,
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) version_range: Option<String>,
    pub(super) description: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) hashes: Vec<Hash>,
    pub(super) licenses: Vec<Licence>,
    pub(super) cpe: Option<String>,
    pub(super) purl: Option<String>,
    pub(super) omnibor_id: Vec<String>,
    pub(super) swhid: Vec<String>,
    pub(super) swid: Option<Swid>,
    pub(super) external_references: Vec<ExternalReference>,
    pub(super) components: Vec<Component>,
    pub(super) properties: Vec<Property>,
}

/// An organisation.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Organization {
    pub(super) name: Option<String>,
}

/// A digest.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Hash {
    pub(super) alg: String,
    pub(super) content: String,
}

/// A licence by identifier or name, or an expression.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Licence {
    pub(super) license: Option<NamedLicence>,
    pub(super) expression: Option<String>,
}

/// A licence by identifier or name.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NamedLicence {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
}

/// A software identification tag.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Swid {
    pub(super) tag_id: String,
}

/// A link.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ExternalReference {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) url: String,
}

/// A name and its value.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Property {
    pub(super) name: Option<String>,
    pub(super) value: Option<String>,
}

impl Component {
    /// The component without its parts, under this reference.
    pub(super) fn item(self, reference: String, referenced: bool) -> Item {
        let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == self.kind).unwrap_or(Kind::Library);
        let name = match self.group.filter(|group| !group.is_empty() && shows_something(&self.name)) {
            Some(group) => format!("{group}/{}", self.name),
            None => self.name,
        };
        let (level, end) = support(&self.properties);
        let supplier = self.supplier.or(self.manufacturer).and_then(|organization| organization.name);
        let link = self.external_references.into_iter().find(|link| link.kind == "vcs");
        let mut item = Item {
            referenced,
            version: self.version.map(Answer::Known),
            supplier: supplier.map(Answer::Known).or_else(|| unknown_supplier(&self.properties)),
            supplier_source: property(&self.properties, SUPPLIER_SOURCE).map(str::to_owned),
            hashes: self.hashes.into_iter().map(|hash| (hash.alg, hash.content)).collect(),
            licences: self.licenses.into_iter().filter_map(Licence::text).map(Answer::Known).collect(),
            description: self.description,
            source_url: link.map(|link| link.url),
            excluded: self.scope.as_deref() == Some("excluded"),
            support_level: level,
            end_of_support: end,
            properties: self.properties.into_iter().filter_map(Property::pair).collect(),
            ..Item::new(&reference, kind, &name)
        };
        let mut identify = |kind, values: Vec<String>| {
            item.identifiers.extend(values.into_iter().map(|value| Identifier { kind, value }))
        };
        identify(IdentifierKind::Purl, self.purl.into_iter().collect());
        identify(IdentifierKind::Cpe, self.cpe.into_iter().collect());
        identify(IdentifierKind::Swid, self.swid.into_iter().map(|tag| tag.tag_id).collect());
        identify(IdentifierKind::Swhid, self.swhid);
        identify(IdentifierKind::Omnibor, self.omnibor_id);
        item.properties.extend(self.version_range.map(|range| ("versionRange".to_owned(), range)));
        told_elsewhere(&mut item);
        item.properties.sort();
        item
    }
}

impl Licence {
    fn text(self) -> Option<String> {
        self.license.and_then(|licence| licence.id.or(licence.name)).or(self.expression)
    }
}

impl Property {
    fn pair(self) -> Option<(String, String)> {
        Some((self.name?, self.value.unwrap_or_default()))
    }
}

fn unknown_supplier(properties: &[Property]) -> Option<Answer<String>> {
    let because = property(properties, SUPPLIER_UNKNOWN_BECAUSE).map(str::to_owned);
    (property(properties, SUPPLIER) == Some("unknown")).then_some(Answer::Unknown { because })
}

type Support = (Option<Answer<SupportLevel>>, Option<Answer<String>>);

/// Level and last day, first by our own properties, then by those that others use. A justification
/// answers what has no value, but not what has two: which of them is meant nobody can tell.
fn support(properties: &[Property]) -> Support {
    let of = |name| property(properties, name);
    let level = match of(SUPPORT_LEVEL) {
        Some("unknown") => Some(unknown(of(SUPPORT_LEVEL_UNKNOWN_BECAUSE))),
        own => own.or(of(FDA_LEVEL)).and_then(SupportLevel::parse).map(Answer::Known),
    };
    let end = match of(SUPPORT_END) {
        Some("unknown") => Some(unknown(of(SUPPORT_END_UNKNOWN_BECAUSE))),
        own => own.into_iter().chain(FOREIGN_ENDS.into_iter().filter_map(of)).find_map(day).map(Answer::Known),
    };
    let reason = of(FDA_JUSTIFICATION);
    let pairs: Vec<(&str, &str)> =
        properties.iter().filter_map(|one| Some((one.name.as_deref()?, one.value.as_deref()?))).collect();
    let level = level.or_else(|| reason.map(|_| unknown(reason)));
    let end = end.or_else(|| reason.map(|_| unknown(reason)));
    (level.filter(|_| contradicted_level(&pairs).is_none()), end.filter(|_| contradicted_end(&pairs).is_none()))
}

fn unknown<T>(because: Option<&str>) -> Answer<T> {
    Answer::Unknown { because: because.map(str::to_owned) }
}

/// The day of a date, or of a time.
fn day(text: &str) -> Option<String> {
    let (day, rest) = text.split_at_checked(10)?;
    let time = rest.is_empty() || super::time::is_rfc3339(text) || super::time::is_xml_date_time(text);
    (time && super::time::is_date(day)).then(|| day.to_owned())
}

/// Takes those properties away that fields of the item say.
fn told_elsewhere(item: &mut Item) {
    let level = item.support_level.is_some();
    let end = item.end_of_support.is_some();
    let known_level = item.support_level.as_ref().is_some_and(|level| level.known().is_some());
    let known_end = item.end_of_support.as_ref().and_then(Answer::known).cloned();
    let supplier = matches!(item.supplier, Some(Answer::Unknown { .. }));
    item.properties.retain(|(name, value)| match name.as_str() {
        SUPPLIER_SOURCE => false,
        SUPPLIER | SUPPLIER_UNKNOWN_BECAUSE => !supplier,
        SUPPORT_LEVEL | SUPPORT_LEVEL_UNKNOWN_BECAUSE => !level,
        FDA_LEVEL => !known_level,
        SUPPORT_END | SUPPORT_END_UNKNOWN_BECAUSE => !end,
        name if FOREIGN_ENDS.contains(&name) => known_end.is_none() || day(value) != known_end,
        _ => true,
    });
}
