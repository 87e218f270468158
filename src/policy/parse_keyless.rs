//! `[signing.keyless]` and `[[signing.timestamp-authority]]`: services that signing asks.

use super::keys;
use super::reader::{Item, Table};
use super::signing::{KeylessPolicy, KeylessServices, StampService};
use super::text_rules::{each, is_visible_long};

/// The public-good instance and many others expect this audience.
const AUDIENCE: &str = "sigstore";

const ADDRESS: &str = "an address such as https://tsa.example.com/api/v1/timestamp";

pub(super) fn keyless(table: &Table<'_>) -> Option<KeylessPolicy> {
    let services = services(table);
    let file = |key: &str| table.optional_as(key, |item| item.visible_text().map(str::to_owned));
    let truth = |key: &str, default| Some(table.optional_as(key, Item::boolean)?.unwrap_or(default));
    let trusted_root = table
        .required("trusted-root", "the file with the instance's trusted_root.json")
        .and_then(|item| item.visible_text().map(str::to_owned));
    let (audience, token_file) = (file("audience"), file("token-file"));
    let (sct, private, public_log) = (truth("sct", true), truth("private", false), truth("public-log", false));
    let (private, public_log) = (private?, public_log?);
    if private && public_log {
        return table.optional("public-log")?.refuse_as("true beside private = true", "one of the two");
    }
    Some(KeylessPolicy {
        services: services?,
        trusted_root: trusted_root?,
        audience: audience?.unwrap_or_else(|| AUDIENCE.to_owned()),
        token_file: token_file?,
        sct: sct?,
        private,
        public_log,
    })
}

fn services(table: &Table<'_>) -> Option<KeylessServices> {
    let plain = ["fulcio", "rekor", "rekor-version", "timestamp-authorities"];
    if let Some(config) = table.optional("signing-config") {
        let strays: Vec<Option<()>> = plain
            .iter()
            .filter_map(|key| table.optional(key))
            .map(|item| item.refuse_as("an address beside signing-config", "one of the two ways to name services"))
            .collect();
        strays.into_iter().collect::<Option<Vec<()>>>()?;
        return Some(KeylessServices::Config(config.visible_text()?.to_owned()));
    }
    let fulcio = table.required("fulcio", "signing-config, or the address of the certificate authority");
    let fulcio = fulcio.and_then(|item| address(&item));
    let rekor = table.optional_as("rekor", address);
    let version = table.optional_as("rekor-version", |item| item.integer(1..=2));
    let stamps = match table.optional("timestamp-authorities") {
        Some(item) => item.list("a list of addresses").and_then(|entries| each(&entries, address)),
        None => Some(Vec::new()),
    };
    let version = version?.and_then(|version| u32::try_from(version).ok()).unwrap_or(2);
    Some(KeylessServices::Urls {
        fulcio: fulcio?,
        rekor: rekor?.map(|rekor| (rekor, version)),
        stamp_authorities: stamps?,
    })
}

pub(super) fn stamp_services(table: &Table<'_>) -> Option<Vec<StampService>> {
    let Some(item) = table.optional("timestamp-authority") else { return Some(Vec::new()) };
    item.tables(keys::STAMP_SERVICE, |table| {
        let url = table.required("url", ADDRESS).and_then(|item| address(&item));
        let certificates = table
            .required("certificates-file", "the PEM file with the authority's certificates")
            .and_then(|item| item.visible_text().map(str::to_owned));
        Some(StampService { url: url?, certificates: certificates? })
    })
}

/// Its exact form is judged where it is used; a password in it is refused there without being shown.
fn address(item: &Item<'_>) -> Option<String> {
    let text = item.secret_string(ADDRESS)?;
    let sound =
        is_visible_long(text) && (text.starts_with("https://") || text.starts_with("http://")) && !text.contains('@');
    if sound { Some(text.to_owned()) } else { item.refuse_as("a value of another form (not shown)", ADDRESS) }
}
