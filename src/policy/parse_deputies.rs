//! `deputy-for` of a `[[person]]`: in whose roles somebody may sign, and from when to when.

use super::keys;
use super::parse_trust::window;
use super::reader::Item;
use super::text_rules::{each, unique};
use super::trust::{Deputyship, Person, Window};

/// An entry with the place where it stands.
pub(super) struct NamedDeputy<'r> {
    pub(super) deputyship: Deputyship,
    item: Item<'r>,
}

const EXPECTED: &str = "the printed name of another person, or a table { name, valid-from, valid-until }";

/// Reads the list; a name alone stands for the person's own window, which must have both ends then.
pub(super) fn deputies<'r>(item: &Item<'r>, own: &Window) -> Option<Vec<NamedDeputy<'r>>> {
    let entries = item.some_list("at least one printed name")?;
    let read = each(&entries, |entry| {
        let (name, window) =
            if entry.is_string() { (entry.visible_text()?.to_owned(), own.clone()) } else { tabled(entry)? };
        if window.valid_from.is_none() || window.valid_until.is_none() {
            return entry.refuse_as("a deputy without both valid-from and valid-until", "both days for a deputy");
        }
        Some(Deputyship { name, window })
    })?;
    unique(read.iter().map(|deputyship| deputyship.name.to_lowercase()).zip(&entries))?;
    Some(read.into_iter().zip(entries).map(|(deputyship, item)| NamedDeputy { deputyship, item }).collect())
}

fn tabled(entry: &Item<'_>) -> Option<(String, Window)> {
    let table = entry.table(keys::DEPUTY)?;
    let name = table.required("name", EXPECTED).and_then(|item| item.visible_text().map(str::to_owned));
    let window = window(&table);
    Some((name?, window?))
}

/// Every person deputised for is another one of the file, with a role of their own.
pub(super) fn refer_deputies(persons: &[(&Person, &[NamedDeputy<'_>])]) -> Option<()> {
    let mut all = Some(());
    for (deputy, entries) in persons {
        for NamedDeputy { deputyship, item } in *entries {
            let name = &deputyship.name;
            let got = match persons.iter().find(|(person, _)| person.name == *name) {
                None => format!("{name:?}, who is not in the roster"),
                Some(_) if *name == deputy.name => format!("{name:?}, the person's own name"),
                Some((person, _)) if person.roles.is_empty() => format!("{name:?}, who has no role of their own"),
                Some(_) => continue,
            };
            all = item.refuse_as(got, "the printed name of another [[person]] with roles of their own");
        }
    }
    all
}
