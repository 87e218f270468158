//! Values of renewals.

use batchseal::model::addendum::{Covered, Renewal, RevocationDatum};
use batchseal::model::batch::SchemaVersion;
use batchseal::model::digest::{Sha256Digest, Sha512Digest};

use super::{bare_tool, device, time, tool, version};

pub fn covered(name: &str) -> Covered {
    let bytes = name.as_bytes();
    Covered { name: name.to_owned(), size: 4096, sha256: Sha256Digest::of(bytes), sha512: Sha512Digest::of(bytes) }
}

/// The example of the page.
pub fn full() -> Renewal {
    Renewal {
        schema_version: SchemaVersion,
        number: 2,
        device: device(),
        version: version(),
        bundle: covered("infusion-pump-controller-1.4.0.evidence.zip"),
        artifacts: vec![covered("pumpctl-linux-x86_64")],
        addenda: vec![covered("01-renewal")],
        revocation: vec![RevocationDatum { name: "tsa.crl".to_owned(), content: vec![0x30, 0x01, 0x00] }],
        renewed_at: time("2036-03-01T09:00:00Z"),
        tool: tool(),
    }
}

pub fn all() -> Vec<Renewal> {
    vec![full(), Renewal { addenda: Vec::new(), revocation: Vec::new(), number: 1, tool: bare_tool(), ..full() }]
}
