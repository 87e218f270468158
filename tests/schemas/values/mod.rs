//! Real values of every type that is written as a document: full ones, bare ones, every variant.

pub mod approval;
pub mod approval_withdrawal;
pub mod batch;
pub mod concession;
pub mod document;
pub mod judgement;
pub mod notice;
pub mod provenance;
pub mod record;
pub mod renewal;
pub mod result;
pub mod sbom_check;
pub mod sbom_diff;
pub mod seal;
pub mod tool_qualification;

use batchseal::model::digest::{GitId, Sha256Digest};
use batchseal::model::name::{ArtifactName, DeviceName, EntryName, Version};
use batchseal::model::outcome::CheckId;
use batchseal::model::record::ToolIdentity;
use batchseal::model::role::Role;
use batchseal::model::time::Timestamp;

/// Every variant of a fieldless enum; a variant that is not listed does not compile.
macro_rules! every {
    ($kind:ident: $($variant:ident),+ $(,)?) => {{
        const fn complete(value: &$kind) {
            match value {
                $($kind::$variant => (),)+
            }
        }
        let all = [$($kind::$variant),+];
        all.iter().for_each(complete);
        all
    }};
}
pub(crate) use every;

pub fn device() -> DeviceName {
    DeviceName::parse("infusion-pump-controller").unwrap()
}

pub fn version() -> Version {
    Version::parse("1.4.0").unwrap()
}

pub fn artifact_name(text: &str) -> ArtifactName {
    ArtifactName::parse(text).unwrap()
}

pub fn entry(text: &str) -> EntryName {
    EntryName::parse(text).unwrap()
}

pub fn sha256(of: &str) -> Sha256Digest {
    Sha256Digest::of(of.as_bytes())
}

pub fn git(digit: &str) -> GitId {
    GitId::parse(&digit.repeat(40)).unwrap()
}

pub fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub fn role(text: &str) -> Role {
    Role::parse(text).unwrap()
}

pub const fn check(number: u8) -> CheckId {
    CheckId::new(number)
}

pub fn tool() -> ToolIdentity {
    ToolIdentity { name: "batchseal".to_owned(), version: "0.1.0".to_owned(), sha256: Some(sha256("tool")) }
}

pub fn bare_tool() -> ToolIdentity {
    ToolIdentity { sha256: None, ..tool() }
}
