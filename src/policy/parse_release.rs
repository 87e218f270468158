//! `batchseal.toml`: raw text to [`Policy`] (`docs/reference/batchseal-toml.md`).

use crate::model::digest::Sha256Digest;
use crate::model::name::DeviceName;
use crate::model::outcome::{CheckId, Severity};

use super::error::{FileKind, PolicyErrors};
use super::parse_facts::{facts, schema};
use super::parse_gate::{build_environment, gate, suppliers};
use super::parse_products::release;
use super::parse_signing::signing;
use super::parse_udi::udi;
use super::reader::{Item, Table};
use super::release::{DevicePolicy, GatePolicy, Policy, Unfilled};
use super::{file, keys};

impl Policy {
    /// Parses the bytes of a `batchseal.toml`; `file_name` is how messages name it.
    ///
    /// Check ids are judged against the published catalogue.
    ///
    /// # Errors
    /// [`PolicyErrors`] with everything that is wrong.
    pub fn parse(bytes: &[u8], file_name: &str) -> Result<Self, PolicyErrors> {
        Self::parse_with_severities(bytes, file_name, &|_| None)
    }

    /// As [`Policy::parse`], and `[gate.severity]` may not name less than a check's own severity.
    ///
    /// The plain form accepts less because severities of checks may rise after a batch was sealed;
    /// the gate takes the higher of both anyway.
    ///
    /// # Errors
    /// [`PolicyErrors`] with everything that is wrong.
    pub fn parse_with_severities(
        bytes: &[u8],
        file_name: &str,
        own: &dyn Fn(CheckId) -> Option<Severity>,
    ) -> Result<Self, PolicyErrors> {
        let read = file::read(bytes, file_name, FileKind::Policy, |root| policy(root, bytes, own))?;
        let unfilled = read.unfilled.into_iter().map(|(line, key)| Unfilled { key, line }).collect();
        Ok(Self { unfilled, ..read.value })
    }
}

fn policy(root: &Table<'_>, bytes: &[u8], own: &dyn Fn(CheckId) -> Option<Severity>) -> Option<Policy> {
    let root = root.clone().only(keys::ROOT);
    let schema = schema(&root);
    let device = root.required("device", "a table [device]").and_then(|item| device(&item.table(keys::DEVICE)?));
    let release = root.required("release", "a table [release]").and_then(|item| release(&item.table(keys::RELEASE)?));
    let signing = root.required("signing", "a table [signing]").and_then(|item| signing(&item.table(keys::SIGNING)?));
    let gate = match root.optional("gate") {
        Some(item) => item.table(keys::GATE).and_then(|table| gate(&table, own)),
        None => Some(GatePolicy::default()),
    };
    let build_environment = build_environment(&root, signing.as_ref());
    let suppliers = suppliers(&root);
    schema?;
    Some(Policy {
        device: device?,
        release: release?,
        signing: signing?,
        gate: gate?,
        build_environment: build_environment?,
        suppliers: suppliers?,
        unfilled: Vec::new(),
        sha256: Sha256Digest::of(bytes),
    })
}

fn device(table: &Table<'_>) -> Option<DevicePolicy> {
    let name = table.required("name", "a file-name-safe name").and_then(|item| device_name(&item));
    let manufacturer = table
        .required("manufacturer", "the legal manufacturer")
        .and_then(|item| item.visible_text().map(str::to_owned));
    let facts = facts(table);
    let mdf = match table.optional("mdf") {
        Some(item) => item.markable_text().map(|text| text.map(str::to_owned)),
        None => Some(None),
    };
    let support_end = match table.optional("support-end") {
        Some(item) if item.is_fill_in() => Some(None),
        Some(item) => item.date().map(Some),
        None => Some(None),
    };
    let udi = match table.optional("udi") {
        Some(item) => item.table(keys::UDI).and_then(|table| udi(&table)).map(Some),
        None => Some(None),
    };
    Some(DevicePolicy {
        name: name?,
        manufacturer: manufacturer?,
        mdf: mdf?,
        facts: facts?,
        support_end: support_end?,
        udi: udi?,
    })
}

/// A device name of either file.
pub(super) fn device_name(item: &Item<'_>) -> Option<DeviceName> {
    let expected = "a file-name-safe name of ASCII letters, digits, '.', '_' and '-'";
    DeviceName::parse(item.string_or(expected)?).ok().or_else(|| item.refuse(expected))
}
