//! Values of `batch.json`.

use batchseal::model::batch::{Batch, Device, Purpose, SchemaVersion, Udi, UdiScope};
use batchseal::model::digest::GitId;
use batchseal::model::name::{DeviceName, Version};

use super::{device, every, git, sha256, version};

pub fn udi() -> Udi {
    Udi { scope: UdiScope::Embedded, di: Some("00860000000008".to_owned()) }
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
        all.push(Batch { udi: Some(Udi { scope, di: None }), ..full() });
    }
    for purpose in every!(Purpose: Production, Training, Demo) {
        all.push(Batch { purpose, ..full() });
    }
    all
}
