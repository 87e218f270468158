//! `components.toml`: raw text to [`DeclaredComponents`] (`docs/reference/components-toml.md`).

use crate::model::component::{Kind, Scope};
use crate::model::digest::Sha256Digest;

use super::components::{
    DeclaredComponent, DeclaredComponents, FilePattern, MAX_DECLARED, MAX_FILE_PATTERNS, PRODUCT, Syntax,
};
use super::error::{FileKind, PolicyErrors};
use super::parse_facts::schema;
use super::reader::{Item, Table};
use super::support::required;
use super::text_rules::{each, is_repository_path, is_visible, unique};
use super::{file, keys};

impl DeclaredComponents {
    /// Parses the bytes of a `components.toml`; `file_name` is how messages name it.
    ///
    /// # Errors
    /// [`PolicyErrors`] with everything that is wrong.
    pub fn parse(bytes: &[u8], file_name: &str, syntax: &Syntax) -> Result<Self, PolicyErrors> {
        file::read(bytes, file_name, FileKind::Components, |root| declared(root, bytes, syntax)).map(|read| read.value)
    }
}

fn declared(root: &Table<'_>, bytes: &[u8], syntax: &Syntax) -> Option<DeclaredComponents> {
    let root = root.clone().only(keys::COMPONENTS_ROOT);
    let schema = schema(&root);
    let components = root.required("component", "at least one [[component]]").and_then(|item| {
        let read = item.tables(keys::COMPONENT, |table| component(table, syntax))?;
        if read.len() > MAX_DECLARED {
            return item.refuse_as(format!("{} components", read.len()), format!("at most {MAX_DECLARED}"));
        }
        unique(read.iter().map(|(component, identity)| (&component.purl, identity)))?;
        Some(read.into_iter().map(|(component, _)| component).collect())
    });
    root.refuse_unfilled();
    schema?;
    Some(DeclaredComponents { components: components?, sha256: Sha256Digest::of(bytes) })
}

/// The component, and the item that names its identity.
fn component<'r>(table: &Table<'r>, syntax: &Syntax) -> Option<(DeclaredComponent, Item<'r>)> {
    let name_item = table.required("name", "the component's name");
    let name = name_item.as_ref().and_then(Item::visible_text);
    let version = table.required("version", "the component's version").and_then(|item| item.visible_text());
    let kinds = Kind::ALL.map(|kind| (kind.as_str(), kind));
    let kind = table.required("kind", "what it is, such as \"library\"").and_then(|item| item.word(&kinds));
    let supplier = supplier(table);
    let text = |key| table.optional_as(key, |item| item.long_text().map(str::to_owned));
    let judged = |key, expected: &'static str, fits: fn(&str) -> bool| {
        table.optional_as(key, |item| {
            let text = item.string_or(expected)?;
            if fits(text) { Some(text.to_owned()) } else { item.refuse(expected) }
        })
    };
    let cpe =
        judged("cpe", "a CPE 2.3 formatted string such as cpe:2.3:a:zlib:zlib:1.3.1:*:*:*:*:*:*:*", syntax.is_cpe);
    let licence = judged(
        "licence",
        "an SPDX expression (LicenseRef-NAME for a licence outside the SPDX list)",
        syntax.is_licence,
    );
    let source_url = judged("source-url", "an http or https address without credentials", syntax.is_address);
    let (description, pedigree) = (text("description"), text("pedigree"));
    let (files, sha256) = (files(table), table.optional_as("sha256", sha256));
    let scopes = Scope::ALL.map(|scope| (scope.as_str(), scope));
    let scope = table.optional_as("scope", |item| item.word(&scopes));
    let depends_on = table.optional_as("depends-on", |item| references(item));
    let used_by = table.optional_as("used-by", used_by);
    let identity = identity(table, name?, version?, syntax);
    let (purl, identity) = identity?;
    let component = DeclaredComponent {
        name: name?.to_owned(),
        version: version?.to_owned(),
        kind: kind?,
        purl,
        cpe: cpe?,
        supplier: supplier?,
        licence: licence?,
        description: description?,
        source_url: source_url?,
        pedigree: pedigree?,
        files: files?,
        sha256: sha256?,
        scope: scope?.unwrap_or(Scope::Shipped),
        depends_on: depends_on?,
        used_by: used_by?.unwrap_or_else(|| vec![PRODUCT.to_owned()]),
    };
    Some((component, identity))
}

fn identity<'r>(table: &Table<'r>, name: &str, version: &str, syntax: &Syntax) -> Option<(String, Item<'r>)> {
    let Some(item) = table.optional("purl") else {
        let item = table.optional("name")?;
        let expected = "a name and version that a package URL can hold, or a purl beside them";
        return match (syntax.generic_purl)(name, version) {
            Some(purl) => Some((purl, item)),
            None => item.refuse(expected),
        };
    };
    let expected = format!("a package URL in canonical spelling with the version {version}, or with none");
    let purl = item.string_or(&expected)?;
    if (syntax.is_purl_of)(purl, version) { Some((purl.to_owned(), item)) } else { item.refuse(expected) }
}

fn supplier(table: &Table<'_>) -> Option<super::support::Stated<String>> {
    let name = table.optional_as("supplier", |item| item.visible_text().map(str::to_owned));
    let because = table.optional_as("supplier-unknown-because", |item| item.long_text().map(str::to_owned));
    let complain = |key: &str, got: &str, expected: &str| table.complain(key, got, expected);
    required(("supplier", "supplier-unknown-because"), name?, because?, &complain)
}

fn files(table: &Table<'_>) -> Option<Vec<FilePattern>> {
    let Some(item) = table.optional("files") else { return Some(Vec::new()) };
    let entries = item.some_list("at least one path, such as [\"third_party/zlib/**\"]")?;
    if entries.len() > MAX_FILE_PATTERNS {
        return item.refuse_as(format!("{} paths", entries.len()), format!("at most {MAX_FILE_PATTERNS}"));
    }
    let patterns = each(&entries, pattern)?;
    unique(patterns.iter().zip(&entries))?;
    if patterns.iter().all(|pattern| pattern.takes_out) {
        return item.refuse_as("only paths with a leading '!'", "at least one path without it");
    }
    Some(patterns)
}

/// A path of the repository; `?`, `[` and `{`, which other tools give a meaning, are refused.
fn pattern(item: &Item<'_>) -> Option<FilePattern> {
    let expected =
        "a path relative to the repository root with '/' and without '..', in which '*' and '**' stand for others";
    let text = item.string_or(expected)?;
    let (takes_out, path) = text.strip_prefix('!').map_or((false, text), |path| (true, path));
    let sound = |part: &str| part == "**" || (!part.contains("**") && !part.contains(['?', '[', ']', '{', '}']));
    let in_git = |part: &str| part.eq_ignore_ascii_case(".git");
    if is_repository_path(path) && path.split('/').all(|part| sound(part) && !in_git(part)) {
        Some(FilePattern { path: path.to_owned(), takes_out })
    } else {
        item.refuse(expected)
    }
}

fn sha256(item: &Item<'_>) -> Option<Sha256Digest> {
    let expected = "64 lowercase hexadecimal digits";
    Sha256Digest::parse_hex(item.string_or(expected)?).ok().or_else(|| item.refuse(expected))
}

fn used_by(item: &Item<'_>) -> Option<Vec<String>> {
    let named = references(item)?;
    if named.is_empty() {
        return item.refuse("at least one component, or \"product\"");
    }
    Some(named)
}

/// Names or package URLs of components.
fn references(item: &Item<'_>) -> Option<Vec<String>> {
    let entries = item.list("a list of names or package URLs of components")?;
    let named = each(&entries, |entry| {
        let expected = "the name or package URL of a component";
        let text = entry.string_or(expected)?;
        let is_purl =
            text.starts_with("pkg:") && text.len() <= 1000 && text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_purl || is_visible(text) { Some(text.to_owned()) } else { entry.refuse(expected) }
    })?;
    unique(named.iter().zip(&entries))?;
    Some(named)
}
