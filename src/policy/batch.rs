//! The batch that a tag of a policy is.

use crate::model::batch::{Batch, Device, SchemaVersion, Udi};
use crate::model::digest::{GitId, Sha256Digest};

use super::release::Policy;

impl Policy {
    /// Whether a batch is the one that its tag names. One made before whole UDIs were recorded is; a UDI that is
    /// recorded must be the right one.
    #[must_use]
    pub fn is_origin_of(&self, batch: &Batch) -> bool {
        let Some(mut own) = self.batch(&batch.tag, batch.commit.clone(), batch.tree_sha256) else { return false };
        if let (Some(own), Some(Udi { full: None, .. })) = (&mut own.udi, &batch.udi) {
            own.full = None;
        }
        own == *batch
    }

    /// The batch that a tag of this policy is.
    ///
    /// `None` when the tag does not fit the pattern.
    #[must_use]
    pub fn batch(&self, tag: &str, commit: GitId, tree_sha256: Sha256Digest) -> Option<Batch> {
        let version = self.release.tag.version_of(tag)?;
        Some(Batch {
            schema_version: SchemaVersion,
            device: Device {
                name: self.device.name.clone(),
                manufacturer: self.device.manufacturer.clone(),
                mdf: self.device.mdf.clone(),
            },
            udi: self.device.udi.as_ref().map(|udi| udi.with_version(version.as_str())),
            version,
            tag: tag.to_owned(),
            commit,
            tree_sha256,
            purpose: self.release.purpose,
        })
    }
}
