//! For a terminal: the table first, then the worst gaps, then one next step.

use std::fmt::Write as _;

use crate::model::text::{counted, for_terminal};
use crate::report::judgement::Paint;
use crate::sbom::inventory::Inventory;
use crate::sbom::profile::{Attribute, Count, Element, Gap, Profile, Report};

use super::{Checked, label};

/// Components named one by one for an attribute; the rest is counted.
const SHOWN: usize = 10;

/// The whole text.
#[must_use]
pub fn human(checked: &Checked<'_>, colour: bool) -> String {
    let mut text = head(checked.file, checked.inventory);
    for (profile, report) in &checked.profiles {
        text.push('\n');
        push_profile(&mut text, profile, report, Paint(colour));
    }
    if let Some(step) = next_step(checked) {
        let _ = write!(text, "\nnext: {step}\n");
    }
    text
}

fn head(file: &str, inventory: &Inventory) -> String {
    let excluded = match inventory.components.iter().filter(|item| item.excluded).count() {
        0 => String::new(),
        some => format!(", {some} of them not inside the product"),
    };
    format!(
        "{}: {} {} {}, {}{excluded}\n",
        for_terminal(file),
        inventory.format.name,
        inventory.format.version,
        inventory.format.encoding,
        counted(inventory.components.len(), "component", "components")
    )
}

fn push_profile(text: &mut String, profile: &Profile, report: &Report<'_>, paint: Paint) {
    let word = paint.completeness(report.is_complete());
    let _ = writeln!(text, "Profile {}: {word}\n{}\n", profile.id.as_str(), profile.title);
    push_table(text, report);
    if report.derived_suppliers > 0 {
        let suppliers = counted(report.derived_suppliers, "supplier was", "suppliers were");
        let _ = writeln!(text, "\n{suppliers} derived and not stated; they count as present");
    }
    push_gaps(text, "Missing", report, &|gap| !gap.is_declared() && is_required(gap));
    push_gaps(text, "Recommended and not there (never fails)", report, &|gap| !gap.is_declared() && !is_required(gap));
    push_gaps(text, "Declared unknown", report, &|gap| gap.is_declared());
    let _ = writeln!(text, "\nNot judged: {}", profile.not_judged.join("; "));
}

fn is_required(gap: &Gap<'_>) -> bool {
    gap.element.need == crate::sbom::profile::Need::Required
}

fn push_table(text: &mut String, report: &Report<'_>) {
    let widest = report.counts.iter().map(|count| count.element.name.len()).max().unwrap_or(0);
    let _ = writeln!(text, "  {:widest$}  {:>8}  {:>16}  {:>8}", "attribute", "present", "declared unknown", "missing");
    for Count { element, present, declared_unknown, missing, .. } in &report.counts {
        let name = element.name;
        let _ = writeln!(text, "  {name:widest$}  {present:>8}  {declared_unknown:>16}  {missing:>8}");
    }
}

/// The gaps of one kind, grouped by attribute, the attribute with most of them first.
fn push_gaps(text: &mut String, title: &str, report: &Report<'_>, wanted: &dyn Fn(&Gap<'_>) -> bool) {
    let mut groups: Vec<(&Element, Vec<&Gap<'_>>)> =
        report.counts.iter().map(|count| (count.element, Vec::new())).collect();
    for gap in report.gaps.iter().filter(|gap| wanted(gap)) {
        if let Some((_, gaps)) = groups.iter_mut().find(|(element, _)| *element == gap.element) {
            gaps.push(gap);
        }
    }
    groups.retain(|(_, gaps)| !gaps.is_empty());
    groups.sort_by_key(|(_, gaps)| std::cmp::Reverse(gaps.len()));
    if !groups.is_empty() {
        let _ = writeln!(text, "\n{title}:");
    }
    for (element, gaps) in groups {
        let _ = writeln!(text, "  {} ({})", element.name, gaps.len());
        for gap in gaps.iter().take(SHOWN) {
            let _ = writeln!(text, "    {}", line(gap));
        }
        if let Some(rest) = gaps.len().checked_sub(SHOWN).filter(|rest| *rest > 0) {
            let _ = writeln!(text, "    and {rest} more (--format json lists all)");
        }
    }
}

fn line(gap: &Gap<'_>) -> String {
    let about = gap.item.map_or_else(|| "the document".to_owned(), label);
    let why = gap.presence.note().or_else(|| gap.presence.justification());
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    for_terminal(&format!("{about}{why}"))
}

/// What to do about the attribute that is missing most often.
fn next_step(checked: &Checked<'_>) -> Option<&'static str> {
    let reports = checked.profiles.iter().map(|(_, report)| report);
    let mut worst: Option<&Count> = None;
    for count in reports.flat_map(|report| &report.counts) {
        let asked = count.element.need == crate::sbom::profile::Need::Required && count.missing > 0;
        if asked && worst.is_none_or(|worst| count.missing > worst.missing) {
            worst = Some(count);
        }
    }
    Some(step(worst?.element.attribute))
}

const fn step(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::AuthorName => "state who wrote the SBOM (batchseal sbom --manufacturer NAME)",
        Attribute::AuthorSignature => "sign the SBOM and name the signature in it",
        Attribute::FormatName | Attribute::FormatVersion | Attribute::Timestamp | Attribute::SbomVersion => {
            "make the SBOM again with a tool that writes these fields"
        }
        Attribute::GenerationContext => "state in which phase the SBOM was made (lifecycles in CycloneDX)",
        Attribute::ToolName | Attribute::ToolVersion => "state which program of which version made the SBOM",
        Attribute::DeviceIdentifier => "record the UDI of the device",
        Attribute::SupplierName => "name the suppliers of these components, or record why nobody knows them",
        Attribute::ComponentName | Attribute::VersionString => "state name and version of these components",
        Attribute::ComponentHash | Attribute::HashAlgorithm => {
            "take the hashes from a lockfile with checksums (SHA-256, SHA-384 or SHA-512)"
        }
        Attribute::UniqueIdentifier => "give these components a package URL or another identifier",
        Attribute::Licence => "state the licences of these components, or that they are unknown",
        Attribute::Relationship => "state the dependencies, from the product down",
        Attribute::SupportLevel | Attribute::EndOfSupport => {
            "record level and end of support of these components, or why nobody knows them"
        }
    }
}
