//! Values of seals.

use batchseal::model::batch::SchemaVersion;
use batchseal::model::seal::{Seal, Status};

use super::{bare_tool, device, every, sha256, time, tool, version};

/// The example of the page.
pub fn full() -> Seal {
    Seal {
        schema_version: SchemaVersion,
        device: device(),
        version: version(),
        status: Status::Released,
        record_sha256: sha256("record.json"),
        sealed_at: time("2026-11-23T14:40:00Z"),
        tool: tool(),
    }
}

pub fn all() -> Vec<Seal> {
    let mut all = vec![full(), Seal { tool: bare_tool(), sealed_at: time("2026-11-23T20:10:00+05:30"), ..full() }];
    all.extend(every!(Status: Released, Rejected).map(|status| Seal { status, ..full() }));
    all
}
