//! Project files of .NET (`*.csproj`), as far as they can be read without MSBuild: `PackageReference` items
//! without a condition, whose name and version are plain text.
//!
//! What properties, conditions, imports (`Directory.Packages.props`) and the SDK itself add is not judged.

use std::collections::BTreeMap;

use roxmltree::{Document, ParsingOptions};

use super::super::SourceError;

/// Most XML nodes of a project file.
const MAX_NODES: u32 = 1_000_000;

/// Ranges of the packages that the project references in any case, by name in lowercase; `None` where the
/// version is given elsewhere.
pub(super) type References = BTreeMap<String, Option<String>>;

/// Reads the project file at `path`.
pub(super) fn read(path: &str, text: &str) -> Result<References, SourceError> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text.trim_start_matches('\u{feff}'), options)
        .map_err(|error| SourceError::malformed(path, error))?;
    let mut references = References::new();
    let mut twice = Vec::new();
    for node in document.descendants().filter(|node| node.tag_name().name() == "PackageReference") {
        let changed = node.attribute("Update").or_else(|| node.attribute("Remove"));
        twice.extend(changed.map(str::to_lowercase));
        let is_plain = node.ancestors().all(|above| {
            above.attribute("Condition").is_none() && !matches!(above.tag_name().name(), "Choose" | "Target")
        });
        let Some(name) = node.attribute("Include").filter(|name| is_plain && is_text(name)) else { continue };
        let inner =
            |name: &str| node.children().find(|child| child.tag_name().name() == name).and_then(|child| child.text());
        let value = |name: &str| node.attribute(name).or_else(|| inner(name)).map(str::trim).map(str::to_owned);
        let version = value("VersionOverride").or_else(|| value("Version")).filter(|version| is_text(version));
        if references.insert(name.trim().to_lowercase(), version).is_some() {
            twice.push(name.trim().to_lowercase());
        }
    }
    // Referenced twice, or changed later: MSBuild decides what counts.
    for name in twice {
        references.remove(&name);
    }
    Ok(references)
}

/// Whether text holds nothing that MSBuild replaces.
fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(['$', '@', '%', ';', '*'])
        || text.contains('*') && !text.contains(['$', ';'])
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn plain_references_are_read() {
        let text = "\u{feff}<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>
            <PackageReference Include=\"A.B\" Version=\"1.0\" />
            <PackageReference Include=\"c\"><Version> [2.0] </Version><PrivateAssets>all</PrivateAssets></PackageReference>
            <PackageReference Include=\"Central\" />
            <PackageReference Include=\"Property\" Version=\"$(V)\" />
            <PackageReference Include=\"$(Name)\" Version=\"1\" />
            <PackageReference Include=\"If\" Version=\"1\" Condition=\"'$(X)' == ''\" />
            <PackageReference Include=\"Twice\" Version=\"1\" /><PackageReference Include=\"twice\" Version=\"2\" />
            <PackageReference Include=\"Changed\" Version=\"1\" /><PackageReference Update=\"changed\" Version=\"2\" />
            </ItemGroup><ItemGroup Condition=\"false\"><PackageReference Include=\"Group\" Version=\"1\" /></ItemGroup></Project>";
        let references = read("a.csproj", text).expect("reads");
        let found: Vec<_> = references.iter().map(|(name, version)| (name.as_str(), version.as_deref())).collect();
        assert_eq!(found, [("a.b", Some("1.0")), ("c", Some("[2.0]")), ("central", None), ("property", None)]);
    }

    #[test]
    fn what_is_no_xml_is_refused() {
        for text in ["", "<Project>", "<!DOCTYPE a [<!ENTITY b \"c\">]><a/>", "no XML"] {
            assert!(read("a.csproj", text).is_err(), "{text}");
        }
    }
}
