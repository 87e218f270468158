//! Values of `batch.json`.

use batchseal::model::batch::{Batch, Device, Purpose, SchemaVersion, Udi, UdiScope};
use batchseal::model::digest::GitId;
use batchseal::model::name::{DeviceName, Version};
use batchseal::model::udi::{Carrier, Issuer};

use super::{device, every, git, sha256, version};

pub fn udi() -> Udi {
    udi_of("1.4.0")
}

/// Everything stated, with the whole identifier of a version.
pub fn udi_of(version: &str) -> Udi {
    let stated = Udi::new(UdiScope::Embedded, Some("00860000000109"));
    Udi { issuer: Some(Issuer::Gs1), pi: Some(Carrier::Lot), ..stated }.with_version(version)
}

/// Everything present; the example of the page.
pub fn full() -> Batch {
    Batch {
        schema_version: SchemaVersion,
        device: Device {
            name: device(),
            manufacturer: "Example Devices (demo)".to_owned(),
            mdf: Some("MDF-0001 rev 3".to_owned()),
        },
        version: version(),
        udi: Some(udi()),
        tag: "v1.4.0".to_owned(),
        commit: git("3"),
        tree_sha256: sha256("git/tree.txt"),
        purpose: Purpose::Production,
    }
}

/// Options absent, names and ids at their limits.
fn bare() -> Batch {
    Batch {
        device: Device { name: DeviceName::parse(&"d".repeat(200)).unwrap(), manufacturer: String::new(), mdf: None },
        version: Version::parse("+1.0.0-rc.1+build.5").unwrap(),
        udi: None,
        commit: GitId::parse(&"0f".repeat(32)).unwrap(),
        ..full()
    }
}

pub fn all() -> Vec<Batch> {
    let mut all = vec![full(), bare()];
    for scope in every!(UdiScope: Samd, Embedded, None) {
        all.push(Batch { udi: Some(Udi::new(scope, None)), ..full() });
    }
    for issuer in every!(Issuer: Gs1, Hibcc, Iccbba) {
        all.push(Batch { udi: Some(Udi { issuer: Some(issuer), ..udi() }), ..full() });
    }
    for carrier in every!(Carrier: Lot, Serial, Version) {
        all.push(Batch { udi: Some(Udi { pi: Some(carrier), ..udi() }), ..full() });
    }
    for purpose in every!(Purpose: Production, Training, Demo) {
        all.push(Batch { purpose, ..full() });
    }
    all
}
