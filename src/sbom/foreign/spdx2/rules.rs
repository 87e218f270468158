//! The rules of SPDX 2 beyond the shape of a document.

use std::collections::HashSet;

use super::super::schema::{Class, Fault, Model, Rules};
use super::super::spdx::{expect, is_digest, is_iri, is_time, licence};
use super::super::tree::{Fields, Json, Place, field, shown};

/// Types of external references by category (annex F); `OTHER` has any.
const REFERENCE_TYPES: [(&str, &[&str]); 3] = [
    ("PACKAGE-MANAGER", &["maven-central", "npm", "nuget", "bower", "purl"]),
    ("SECURITY", &["cpe22Type", "cpe23Type", "advisory", "fix", "url", "swid"]),
    ("PERSISTENT-ID", &["swh", "gitoid"]),
];

/// What references may lead to in one document.
pub(super) struct Spdx2<'d> {
    elements: HashSet<&'d str>,
    documents: HashSet<&'d str>,
    licences: HashSet<&'d str>,
}

impl<'d> Spdx2<'d> {
    /// Collects the identifiers of a document.
    ///
    /// # Errors
    /// The second of two elements with one identifier.
    pub(super) fn of(document: &'d Json<'_>) -> Result<Self, Fault> {
        let mut elements: HashSet<&str> = document.text("SPDXID").into_iter().collect();
        for name in ["packages", "files", "snippets"] {
            for (at, element) in document.list(name).iter().enumerate() {
                let list = Place::Field(&Place::Root, name);
                let Some(id) = element.text("SPDXID") else { continue };
                if !elements.insert(id) {
                    let message = format!("{:?} is the identifier of another element too", shown(id));
                    return Err(Fault::at(&Place::Field(&Place::Element(&list, at), "SPDXID"), message));
                }
            }
        }
        let all = |list: &'static str, name: &'static str| {
            document.list(list).iter().filter_map(move |one| one.text(name)).collect()
        };
        let documents = all("externalDocumentRefs", "externalDocumentId");
        Ok(Self { elements, documents, licences: all("hasExtractedLicensingInfos", "licenseId") })
    }

    fn is_reference(&self, text: &str) -> bool {
        match text.split_once(':') {
            Some((document, element)) => self.documents.contains(document) && is_id("SPDXRef-", element),
            None => self.elements.contains(text),
        }
    }
}

impl Rules for Spdx2<'_> {
    fn text(&self, rule: &'static str, text: &str) -> Result<(), String> {
        match rule {
            "name" => expect(!text.trim().is_empty(), "text that is not empty"),
            "document_id" => expect(text == "SPDXRef-DOCUMENT", "SPDXRef-DOCUMENT"),
            "own_id" => expect(is_id("SPDXRef-", text), "SPDXRef- and letters, digits, . or -"),
            "document_ref" => expect(is_id("DocumentRef-", text), "DocumentRef- and letters, digits, . or -"),
            "licence_ref" => expect(is_id("LicenseRef-", text), "LicenseRef- and letters, digits, . or -"),
            "reference" => expect(self.is_reference(text), REFERENCE),
            "reference_or_none" => expect(matches!(text, "NONE" | "NOASSERTION") || self.is_reference(text), REFERENCE),
            "time" => expect(is_time(text), "a time in UTC such as 2026-11-23T14:05:00Z"),
            "creator" => expect(
                actor(text, &["Person", "Organization", "Tool"]).is_some(),
                "Person: <name>, Organization: <name> or Tool: <name>-<version>",
            ),
            "actor" => expect(
                text == "NOASSERTION" || actor(text, &["Person", "Organization"]).is_some(),
                "Person: <name>, Organization: <name> or NOASSERTION",
            ),
            "namespace" => expect(is_iri(text) && !text.contains('#'), "an absolute URI without #"),
            "data_licence" => expect(text == "CC0-1.0", "CC0-1.0"),
            "licence" => licence(text, &self.licences, &self.documents),
            "location" => expect(matches!(text, "NONE" | "NOASSERTION") || is_iri(text), "a URI, NONE or NOASSERTION"),
            // Tools that must not state it write it empty.
            "sha1" => expect(text.is_empty() || is_digest("SHA1", text), "40 hexadecimal digits"),
            "hex" => expect(text.bytes().all(|byte| byte.is_ascii_hexdigit()), "hexadecimal digits"),
            "token" => expect(!text.is_empty() && !text.contains(char::is_whitespace), "text without white space"),
            _ => Ok(()),
        }
    }

    fn reference(&self, _: &'static str, _: &str) -> Result<(), String> {
        Err("an object".to_owned())
    }

    fn class_of<'m>(
        &self,
        model: &'m Model,
        expected: &'static str,
        _: &Fields<'_>,
    ) -> Result<(Option<&'m Class>, &'static [&'static str]), String> {
        Ok((model.class(expected), &[]))
    }

    fn object(&self, class: &Class, fields: &Fields<'_>) -> Result<(), (&'static str, String)> {
        let text = |name| field(fields, name).and_then(Json::as_text).unwrap_or_default();
        match class.name {
            "Checksum" if !is_digest(text("algorithm"), text("checksumValue")) => Err((
                "checksumValue",
                format!("got {} digits (expected as many as {} has)", text("checksumValue").len(), text("algorithm")),
            )),
            "ExternalRef" => external_ref(text("referenceCategory"), text("referenceType"), text("referenceLocator")),
            "Package" => {
                let unread = field(fields, "filesAnalyzed") == Some(&Json::Bool(false));
                let code = field(fields, "packageVerificationCode");
                let code = code.and_then(|code| code.text("packageVerificationCodeValue")).unwrap_or_default();
                if unread && !code.is_empty() {
                    let message = "must be left out where filesAnalyzed is false".to_owned();
                    return Err(("packageVerificationCode", message));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

const REFERENCE: &str =
    "an element of this document, or DocumentRef-…:SPDXRef-… of one that externalDocumentRefs names";

fn external_ref(category: &str, kind: &str, locator: &str) -> Result<(), (&'static str, String)> {
    let category = category.replace('_', "-");
    let Some((_, kinds)) = REFERENCE_TYPES.iter().find(|(own, _)| *own == category) else { return Ok(()) };
    let kind = reference_type(kind);
    if !kinds.contains(&kind) {
        return Err(("referenceType", format!("got {:?} (expected one of {})", shown(kind), kinds.join(", "))));
    }
    let prefix = match kind {
        "purl" => "pkg:",
        "cpe23Type" => "cpe:2.3:",
        "cpe22Type" => "cpe:/",
        _ => "",
    };
    if locator.starts_with(prefix) {
        Ok(())
    } else {
        Err(("referenceLocator", format!("got {:?} (expected {prefix}…)", shown(locator))))
    }
}

/// The type of an external reference, which older documents write as an address of spdx.org.
pub(super) fn reference_type(text: &str) -> &str {
    let address = text.starts_with("http://spdx.org/") || text.starts_with("https://spdx.org/");
    if address { text.rsplit(['/', '#']).next().unwrap_or(text) } else { text }
}

/// The name behind one of these words and a colon.
pub(super) fn actor<'t>(text: &'t str, words: &[&str]) -> Option<(&'t str, &'t str)> {
    let (word, name) = text.split_once(':')?;
    (words.contains(&word) && !name.trim().is_empty()).then(|| (word, name.trim()))
}

/// A prefix and an identifier. Yocto's and Tern's identifiers have `_` and `+`, which the text of the
/// specification does not have and the official tools let through.
fn is_id(prefix: &str, text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+');
    text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(fits))
}
