//! Values of concessions.

use batchseal::model::approval::Authentication;
use batchseal::model::batch::SchemaVersion;
use batchseal::model::concession::{ConcededFinding, Concession};

use super::{check, device, every, sha256, time, version};

/// The example of the page.
pub fn full() -> Concession {
    Concession {
        schema_version: SchemaVersion,
        device: device(),
        version: version(),
        policy_sha256: sha256("policy/batchseal.toml"),
        check: check(14),
        findings: vec![ConcededFinding {
            code: "attribute-missing".to_owned(),
            about: "pkg:generic/dose-tables@2".to_owned(),
        }],
        justification: "the tables come from a project that no longer exists; their bytes are tested".to_owned(),
        risk_reference: "RMF-0001 revision 3, H-17".to_owned(),
        requested_by: "Software Lead (example)".to_owned(),
        printed_name: "Quality Lead (example)".to_owned(),
        signed_at: time("2026-11-23T14:02:11+01:00"),
        authentication: Authentication::KeyFileWithPassphrase,
        expires: "2027-01-31".to_owned(),
    }
}

pub fn all() -> Vec<Concession> {
    let mut all = vec![full()];
    for authentication in
        every!(Authentication: KeyFileWithPassphrase, KeyFileWithSuppliedPassphrase, KeyFileWithoutPassphrase, Agent)
    {
        all.push(Concession { authentication, ..full() });
    }
    all
}
