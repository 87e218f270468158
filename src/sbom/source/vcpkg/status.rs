//! The database of installed packages: paragraphs as of Debian's control files, one for each package and
//! one for each of its features; later paragraphs of one name replace earlier ones.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Hosts;

/// A package for a triplet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spec<'a> {
    pub(super) name: &'a str,
    pub(super) triplet: &'a str,
}

impl fmt::Display for Spec<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{}", self.name, self.triplet)
    }
}

/// What is installed of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Port<'a> {
    pub(super) version: &'a str,
    /// Absent where it is 0.
    pub(super) port_version: Option<&'a str>,
    /// With what its features need.
    pub(super) depends_on: BTreeSet<Spec<'a>>,
}

/// Paragraphs by package and feature; the package itself has none.
#[derive(Debug, Default)]
pub(super) struct Installed<'a> {
    paragraphs: BTreeMap<(Spec<'a>, Option<&'a str>), Port<'a>>,
    ports: BTreeMap<Spec<'a>, Port<'a>>,
}

impl<'a> Installed<'a> {
    /// Reads a file of the database; it changes what earlier ones said.
    pub(super) fn read(&mut self, text: &'a str) -> Result<(), String> {
        let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
        for (at, line) in text.lines().chain([""]).enumerate() {
            let fail = |message: &str| format!("line {}: {message}", at + 1);
            if line.trim().is_empty() {
                let paragraph = std::mem::take(&mut fields);
                if !paragraph.is_empty() {
                    self.paragraph(&paragraph).map_err(|message| fail(&message))?;
                }
            } else if line.starts_with([' ', '\t']) {
                // More of the description.
                if fields.is_empty() {
                    return Err(fail("an indented line before any field"));
                }
            } else {
                let (key, value) = line.split_once(':').ok_or_else(|| fail("expected field: value"))?;
                if fields.insert(key, value.trim()).is_some() {
                    return Err(fail("a field is there twice"));
                }
            }
        }
        Ok(())
    }

    /// Brings packages and their features together, once every file is read.
    pub(super) fn settle(&mut self) -> Result<(), String> {
        for ((spec, _), paragraph) in self.paragraphs.iter().filter(|((_, feature), _)| feature.is_none()) {
            self.ports.insert(*spec, paragraph.clone());
        }
        for ((spec, feature), paragraph) in self.paragraphs.iter().filter(|((_, feature), _)| feature.is_some()) {
            let port = self.ports.get_mut(spec);
            let port = port.ok_or_else(|| format!("{spec} has the feature {feature:?} and is not installed"))?;
            port.depends_on.extend(paragraph.depends_on.iter().copied());
        }
        Ok(())
    }

    fn paragraph(&mut self, fields: &BTreeMap<&'a str, &'a str>) -> Result<(), String> {
        let field = |name: &str| fields.get(name).copied().filter(|text| !text.is_empty());
        let needed = |name: &str| field(name).ok_or_else(|| format!("the paragraph above has no field {name}"));
        let spec = Spec { name: needed("Package")?, triplet: needed("Architecture")? };
        let feature = field("Feature").filter(|feature| *feature != "core");
        let is_installed = match needed("Status")?.rsplit(' ').next() {
            Some("installed") => true,
            Some("not-installed") => false,
            _ => return Err(format!("{spec} is not wholly installed ({})", needed("Status")?)),
        };
        if !is_installed {
            self.paragraphs.remove(&(spec, feature));
            return Ok(());
        }
        let needs = list(field("Depends").unwrap_or_default());
        let port = Port {
            version: if feature.is_none() { needed("Version")? } else { "" },
            port_version: field("Port-Version").filter(|text| *text != "0"),
            depends_on: needs.map(|text| need(text, spec.triplet)).collect::<Result<_, _>>()?,
        };
        self.paragraphs.insert((spec, feature), port);
        Ok(())
    }

    /// Every package with what is installed of it.
    pub(super) fn ports(&self) -> impl Iterator<Item = (&Spec<'a>, &Port<'a>)> {
        self.ports.iter()
    }

    /// Whether the package is installed.
    pub(super) fn has(&self, spec: &Spec<'_>) -> bool {
        self.ports.contains_key(spec)
    }

    /// Version and port version.
    pub(super) fn version(&self, spec: &Spec<'_>) -> (&'a str, Option<&'a str>) {
        self.ports.get(spec).map_or(("", None), |port| (port.version, port.port_version))
    }

    /// Packages of a name, for every triplet.
    pub(super) fn named<'s>(&'s self, name: &'s str) -> impl Iterator<Item = Spec<'s>> {
        let from = Spec { name, triplet: "" };
        self.ports.range(from..).map(|(spec, _)| *spec).take_while(move |spec| spec.name == name)
    }

    /// Triplets that packages of another triplet need something of.
    pub(super) fn hosts(&self) -> Hosts<'a> {
        let needs = |(spec, port): (&Spec<'a>, &Port<'a>)| {
            let triplet = spec.triplet;
            port.depends_on.iter().map(|need| need.triplet).filter(|need| *need != triplet).collect::<Vec<_>>()
        };
        self.ports.iter().flat_map(needs).collect()
    }
}

/// Parts between commas, of which those in brackets do not count.
fn list(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let parts = text.split(move |letter| {
        match letter {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    });
    parts.map(str::trim).filter(|text| !text.is_empty())
}

/// `name[features]:triplet (platform)`, of which the name and the triplet count.
fn need<'a>(text: &'a str, triplet: &'a str) -> Result<Spec<'a>, String> {
    let text = text.split('(').next().unwrap_or_default().trim();
    let (name, triplet) = match text.rsplit_once(':') {
        Some((name, triplet)) => (name, triplet),
        None => (text, triplet),
    };
    let name = name.split('[').next().unwrap_or_default();
    if name.is_empty() || triplet.is_empty() || text.contains(char::is_whitespace) {
        return Err(format!("{:?} is no dependency", text.chars().take(80).collect::<String>()));
    }
    Ok(Spec { name, triplet })
}
