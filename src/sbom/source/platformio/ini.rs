//! `platformio.ini`: sections, options, what they inherit and what they insert
//! (docs.platformio.org, "platformio.ini": "Interpolation of Values" and `extends`).

use std::collections::{BTreeMap, BTreeSet};

/// Deepest insertion of options into options.
const MAX_DEPTH: usize = 16;
/// Longest value, in bytes.
const MAX_VALUE: usize = 1 << 20;
/// Most insertions for one value.
const MAX_INSERTED: usize = 10_000;

/// The file: options by section.
#[derive(Debug)]
pub(super) struct Configuration {
    sections: BTreeMap<String, BTreeMap<String, String>>,
}

impl Configuration {
    /// Reads the file, or says what is wrong in which line.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut sections: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let (mut section, mut option): (Option<String>, Option<String>) = (None, None);
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let fail = |what: &str| format!("line {}: {what}: {line:.80?}", at + 1);
            let content = without_comment(line).trim();
            if content.is_empty() {
                continue;
            }
            let options = section.as_ref().and_then(|name| sections.get_mut(name));
            if line.starts_with([' ', '\t']) {
                let value = options.zip(option.as_ref()).and_then(|(options, name)| options.get_mut(name));
                let value = value.ok_or_else(|| fail("an indented line before any option"))?;
                value.push('\n');
                value.push_str(content);
            } else if let Some(rest) = content.strip_prefix('[') {
                let name = rest.strip_suffix(']').ok_or_else(|| fail("no section"))?;
                if sections.insert(name.to_owned(), BTreeMap::new()).is_some() {
                    return Err(fail("a second section of one name"));
                }
                (section, option) = (Some(name.to_owned()), None);
            } else {
                let (name, value) = content.split_once(['=', ':']).ok_or_else(|| fail("no option"))?;
                let name = name.trim().to_lowercase();
                let options = options.ok_or_else(|| fail("an option before any section"))?;
                if options.insert(name.clone(), value.trim().to_owned()).is_some() {
                    return Err(fail("a second option of one name"));
                }
                option = Some(name);
            }
        }
        let configuration = Self { sections };
        if configuration.environments().next().is_none() {
            return Err("it has no environment (expected [env:name])".to_owned());
        }
        if configuration.sections.get("platformio").is_some_and(|options| options.contains_key("extra_configs")) {
            return Err("it has extra_configs, which this program does not read".to_owned());
        }
        Ok(configuration)
    }

    /// Names of the sections that say how to build.
    pub(super) fn environments(&self) -> impl Iterator<Item = &str> {
        self.sections.keys().map(String::as_str).filter(|name| name.starts_with("env:"))
    }

    /// Values of an option, one a line or between commas.
    pub(super) fn list(&self, section: &str, option: &str) -> Result<Vec<String>, String> {
        let Some(value) = self.find(section, option) else { return Ok(Vec::new()) };
        let value = self.expand(section, value, 0, &mut 0)?;
        let parts: Vec<&str> = if value.contains('\n') { value.lines().collect() } else { value.split(", ").collect() };
        let parts = parts.into_iter().map(|part| without_comment(part).trim()).filter(|part| !part.is_empty());
        Ok(parts.map(str::to_owned).collect())
    }

    /// The option of a section, else of those that it extends, else of `env`.
    fn find(&self, section: &str, option: &str) -> Option<&str> {
        let mut queue = vec![section];
        if section.starts_with("env:") {
            queue.insert(0, "env");
        }
        let mut done = BTreeSet::new();
        while let Some(name) = queue.pop() {
            let Some(options) = self.sections.get(name).filter(|_| done.insert(name)) else { continue };
            if let Some(value) = options.get(option) {
                return Some(value);
            }
            let extends = options.get("extends").map(String::as_str).unwrap_or_default();
            queue.extend(extends.split(['\n', ',']).map(str::trim).filter(|name| !name.is_empty()));
        }
        None
    }

    fn expand(&self, section: &str, value: &str, depth: usize, inserted: &mut usize) -> Result<String, String> {
        let (mut whole, mut rest) = (String::new(), value);
        while let Some((head, (name, tail))) =
            rest.split_once("${").map(|(head, tail)| (head, tail.split_once('}').unwrap_or((tail, ""))))
        {
            whole.push_str(head);
            let shown = || format!("${{{}}}", name.chars().take(80).collect::<String>());
            // The name of a section may hold points, that of an option may not.
            let (place, option) =
                name.rsplit_once('.').ok_or_else(|| format!("{} is known to PlatformIO only", shown()))?;
            let place = if place == "this" { section } else { place };
            let found = self.find(place, &option.to_lowercase());
            let found = found.ok_or_else(|| format!("{} is not in the file", shown()))?;
            *inserted += 1;
            if depth == MAX_DEPTH || *inserted > MAX_INSERTED {
                return Err(format!("{} is inserted too deep or too often", shown()));
            }
            whole.push_str(&self.expand(place, found, depth + 1, inserted)?);
            if whole.len() > MAX_VALUE {
                return Err(format!("{} makes a value of more than {MAX_VALUE} bytes", shown()));
            }
            rest = tail;
        }
        whole.push_str(rest);
        Ok(whole)
    }
}

/// A comment begins a line, or follows a space.
fn without_comment(line: &str) -> &str {
    let begins = |(at, letter): &(usize, char)| {
        matches!(letter, ';' | '#') && line[..*at].chars().next_back().is_none_or(char::is_whitespace)
    };
    let end = line.char_indices().find(begins).map_or(line.len(), |(at, _)| at);
    &line[..end]
}
