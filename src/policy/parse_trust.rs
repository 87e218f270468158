//! `trust.toml`: raw text to [`Trust`] (`docs/reference/trust-toml.md`).

use std::collections::{BTreeMap, BTreeSet};

use crate::model::batch::Purpose;
use crate::model::digest::{Hasher, Sha256Digest};
use crate::model::role::Role;

use super::error::{FileKind, PolicyErrors};
use super::parse_algorithms::algorithms;
use super::parse_anchors::{anchors, identity, refer};
use super::parse_deputies::{NamedDeputy, deputies, refer_deputies};
use super::parse_facts::{PURPOSES, facts, schema};
use super::parse_keys::{KeyOwner, once_each, person_keys};
use super::parse_products::role;
use super::parse_release::device_name;
use super::reader::{Item, Table};
use super::text_rules::{each, unique};
use super::trust::{
    DEFAULT_SKEW_SECONDS, Person, SignatureDemand, StatementKind, Trust, TrustedDevice, TrustedSigner, UnsafeSettings,
    Window,
};
use super::{file, keys};

/// Gives the bytes of a `key-file`, or says why it cannot be read.
pub type KeyFiles<'f> = &'f dyn Fn(&str) -> Result<Vec<u8>, String>;

/// Largest serial: integers stay exact in JSON (RFC 7493 section 2.2).
const MAX_SERIAL: i64 = (1 << 53) - 1;

/// Largest skew allowance, in seconds.
const MAX_SKEW: i64 = 3600;

impl Trust {
    /// Parses the bytes of a `trust.toml`; `file_name` is how messages name it, `key_files` reads
    /// what its `key-file` keys name.
    ///
    /// # Errors
    /// [`PolicyErrors`] with everything that is wrong; `is_draft` when it says `draft = true`.
    pub fn parse(bytes: &[u8], file_name: &str, key_files: KeyFiles<'_>) -> Result<Self, PolicyErrors> {
        file::read(bytes, file_name, FileKind::Trust, |root| trust(root, bytes, key_files)).map(|read| read.value)
    }
}

/// A signer or person with what later rules need to point at.
struct Named<'r, T> {
    value: T,
    name: Item<'r>,
    keys: Vec<KeyOwner<'r>>,
    deputies: Vec<NamedDeputy<'r>>,
}

fn trust(root: &Table<'_>, bytes: &[u8], key_files: KeyFiles<'_>) -> Option<Trust> {
    let root = root.clone().only(keys::TRUST_ROOT);
    let schema = schema(&root);
    refuse_draft(&root);
    let serial = optional_integer(&root, "serial", 0..=MAX_SERIAL);
    let skew = optional_integer(&root, "skew", 0..=MAX_SKEW);
    let devices = root.required("device", "at least one [[device]]").and_then(|item| devices(&item));
    let files = std::cell::RefCell::new(Hasher::new());
    files.borrow_mut().update(bytes);
    let read_key = |path: &str| {
        let bytes = key_files(path)?;
        files.borrow_mut().update(&bytes);
        Ok(bytes)
    };
    let time_sources = optional_integer(&root, "time-sources", 1..=9);
    let algorithms = root.optional_as("algorithms", algorithms);
    let anchors = anchors(&root, &read_key);
    let signers = root
        .required("signer", "at least one [[signer]]")
        .and_then(|item| item.tables(keys::SIGNER, |table| signer(table, &read_key)));
    let persons = match root.optional("person") {
        Some(item) => item.tables(keys::PERSON, person),
        None => Some(Vec::new()),
    };
    let unsafe_settings = match root.optional("unsafe") {
        Some(item) => item.table(keys::UNSAFE).and_then(|table| unsafe_settings(&table)),
        None => Some(UnsafeSettings::default()),
    };
    root.refuse_unfilled();
    let (signers, persons) = (signers?, persons?);
    let names = signers.iter().map(|s| &s.name).chain(persons.iter().map(|p| &p.name));
    let unique_names = unique(names.filter_map(|item| Some((item.string()?.to_lowercase(), item))));
    let own_keys = once_each(signers.iter().flat_map(|s| &s.keys).chain(persons.iter().flat_map(|p| &p.keys)));
    let anchors = anchors?;
    let people: Vec<_> = persons.iter().map(|person| (&person.value, person.deputies.as_slice())).collect();
    let deputies = refer_deputies(&people);
    refer(&signers.iter().map(|signer| (&signer.value, &signer.name)).collect::<Vec<_>>(), &anchors)?;
    schema?;
    unique_names?;
    own_keys?;
    deputies?;
    Some(Trust {
        sha256: Some(files.into_inner().finish().0),
        serial: serial?.and_then(|serial| u64::try_from(serial).ok()),
        devices: devices?,
        signers: signers.into_iter().map(|signer| signer.value).collect(),
        persons: persons.into_iter().map(|person| person.value).collect(),
        sigstore: anchors.sigstore,
        stamp_authorities: anchors.stamp_authorities,
        certificate_roots: anchors.certificate_roots,
        algorithms: algorithms?.unwrap_or_default(),
        time_sources: time_sources?.and_then(|count| usize::try_from(count).ok()).unwrap_or(1),
        unsafe_settings: unsafe_settings?,
        skew_seconds: skew?.unwrap_or(DEFAULT_SKEW_SECONDS),
    })
}

/// A draft was written by the tool and read by nobody.
fn refuse_draft(root: &Table<'_>) {
    if let Some(item) = root.optional("draft")
        && item.boolean() == Some(true)
    {
        root.notes.draft.set(true);
        item.refuse_as::<()>("true (a draft trust file)", "a file that a person has checked and set to false");
    }
}

#[expect(clippy::option_option, reason = "refused, absent and given are three answers")]
fn optional_integer(root: &Table<'_>, key: &str, range: std::ops::RangeInclusive<i64>) -> Option<Option<i64>> {
    match root.optional(key) {
        Some(item) => item.integer(range).map(Some),
        None => Some(None),
    }
}

fn devices(item: &Item<'_>) -> Option<Vec<TrustedDevice>> {
    let devices = item.tables(keys::TRUSTED_DEVICE, device)?;
    unique(devices.iter().map(|(device, name)| (device.name.as_str().to_ascii_lowercase(), name)))?;
    Some(devices.into_iter().map(|(device, _)| device).collect())
}

fn device<'r>(table: &Table<'r>) -> Option<(TrustedDevice, Item<'r>)> {
    let name_item = table.required("name", "the device's name in batchseal.toml");
    let name = name_item.as_ref().and_then(device_name);
    let facts = table.required("facts", "a table of device facts").and_then(|item| facts(&item.table(keys::FACTS)?));
    let policies = table.required("policies", "at least one \"sha256:…\"").and_then(|item| policies(&item));
    let allow_purpose = match table.optional("allow-purpose") {
        Some(item) => purposes(&item),
        None => Some(vec![Purpose::Production]),
    };
    let record_signers = table.optional_as("record-signers", |item| item.integer(1..=9));
    let approvals = table.optional_as("approvals", thresholds);
    let demand = |key| table.optional_as(key, |item| item.word(&SignatureDemand::WORDS));
    let (tag_signature, commit_signature) = (demand("tag-signature"), demand("commit-signature"));
    let device = TrustedDevice {
        name: name?,
        facts: facts?,
        policies: policies?,
        allow_purpose: allow_purpose?,
        tag_signature: tag_signature?.unwrap_or_default(),
        commit_signature: commit_signature?.unwrap_or_default(),
        record_signers: record_signers?.and_then(|count| usize::try_from(count).ok()).unwrap_or(1),
        approvals: approvals?.unwrap_or_default(),
    };
    Some((device, name_item?))
}

/// `{ reviewer = 2, authoriser = 1 }`: how many persons must approve in each role.
fn thresholds(item: &Item<'_>) -> Option<BTreeMap<Role, usize>> {
    let table = item.any_table()?;
    let read = |(key, at, count): (&str, usize, Item<'_>)| {
        let Ok(role) = Role::parse(key) else {
            let expected = "a role of 1 to 40 lowercase letters, digits and hyphens";
            table.notes.complain(at, &count.path, "a key that is no role", expected);
            return None;
        };
        // One authoriser signs last, over all the others.
        let most = if role.is_authoriser() { 1 } else { 9 };
        Some((role, usize::try_from(count.integer(1..=most)?).ok()?))
    };
    let read: Vec<Option<(Role, usize)>> = table.all().map(read).collect();
    read.into_iter().collect()
}

fn policies(item: &Item<'_>) -> Option<Vec<Sha256Digest>> {
    let entries = item.some_list("at least one \"sha256:…\"")?;
    let digests = each(&entries, |entry| {
        let expected = "\"sha256:\" and 64 lowercase hexadecimal digits";
        let digest =
            entry.string_or(expected)?.strip_prefix("sha256:").and_then(|hex| Sha256Digest::parse_hex(hex).ok());
        digest.or_else(|| entry.refuse(expected))
    })?;
    unique(digests.iter().zip(&entries))?;
    Some(digests)
}

fn purposes(item: &Item<'_>) -> Option<Vec<Purpose>> {
    let entries = item.some_list("at least one purpose")?;
    let purposes = each(&entries, |entry| entry.word(&PURPOSES))?;
    unique(purposes.iter().zip(&entries))?;
    Some(purposes)
}

fn signer<'r>(table: &Table<'r>, key_files: KeyFiles<'_>) -> Option<Named<'r, TrustedSigner>> {
    let name_item = table.required("name", "a name for people");
    let name = name_item.as_ref().and_then(Item::visible_text);
    let counts_as = table.optional_as("counts-as", |item| item.visible_text().map(str::to_owned));
    let may_sign = table.required("may-sign", "a list of statement kinds").and_then(|item| may_sign(&item));
    let identity = identity(table, key_files, may_sign.as_ref());
    let window = window(table);
    let (identity, owner) = identity?;
    let value =
        TrustedSigner { name: name?.to_owned(), counts_as: counts_as?, may_sign: may_sign?, identity, window: window? };
    Some(Named { value, name: name_item?, keys: owner.into_iter().collect(), deputies: Vec::new() })
}

fn may_sign(item: &Item<'_>) -> Option<BTreeSet<StatementKind>> {
    let words = StatementKind::ALL.map(|kind| (kind.as_str(), kind));
    let entries = item.some_list("at least one statement kind")?;
    let kinds = each(&entries, |entry| entry.word(&words))?;
    unique(kinds.iter().zip(&entries))?;
    Some(kinds.into_iter().collect())
}

fn person<'r>(table: &Table<'r>) -> Option<Named<'r, Person>> {
    let name_item = table.required("name", "the person's printed name");
    let name = name_item.as_ref().and_then(Item::visible_text);
    let window = window(table);
    let deputies = table.optional_as("deputy-for", |item| deputies(item, window.as_ref()?));
    let roles = match table.optional("roles") {
        // A deputy may have no role of their own.
        None if table.optional("deputy-for").is_some() => Some(Vec::new()),
        _ => table.required("roles", "a list of roles such as [\"authoriser\"]").and_then(|item| {
            let entries = item.some_list("at least one role")?;
            let roles = each(&entries, role)?;
            unique(roles.iter().zip(&entries))?;
            Some(roles)
        }),
    };
    let keys = person_keys(table);
    let (ssh_keys, owners) = keys?;
    let deputies = deputies?.unwrap_or_default();
    let value = Person {
        name: name?.to_owned(),
        roles: roles?.into_iter().collect(),
        deputy_for: deputies.iter().map(|deputy| deputy.deputyship.clone()).collect(),
        ssh_keys,
        window: window?,
    };
    Some(Named { value, name: name_item?, keys: owners, deputies })
}

pub(super) fn window(table: &Table<'_>) -> Option<Window> {
    let dates: BTreeMap<&str, Option<Option<String>>> = ["valid-from", "valid-until", "revoked"]
        .into_iter()
        .map(|key| (key, table.optional(key).map_or(Some(None), |item| item.date().map(Some))))
        .collect();
    let date = |key| dates.get(key).cloned().flatten();
    let window =
        Window { valid_from: date("valid-from")?, valid_until: date("valid-until")?, revoked: date("revoked")? };
    if let (Some(from), Some(until)) = (&window.valid_from, &window.valid_until)
        && from > until
    {
        return table.optional("valid-until")?.refuse(format!("a day on or after valid-from, {from}"));
    }
    Some(window)
}

fn unsafe_settings(table: &Table<'_>) -> Option<UnsafeSettings> {
    let setting = |key| table.optional(key).map_or(Some(false), |item| item.boolean());
    let (no_trusted_time, no_human_release) = (setting("no-trusted-time"), setting("no-human-release"));
    Some(UnsafeSettings { no_trusted_time: no_trusted_time?, no_human_release: no_human_release? })
}
