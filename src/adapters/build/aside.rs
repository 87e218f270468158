//! Sets earlier products aside before the build, so that what is recorded was made by this build.
//!
//! A product moves to `.batchseal-aside-<artifact name>` in its own folder (a rename, never a copy) and
//! comes back unless the recording succeeds. A run that was killed in between leaves it there; [`recover`]
//! puts it back before the next run looks at the work tree.

use std::path::{Path, PathBuf};

use crate::policy::release::ArtifactPolicy;

use super::beneath::{BeneathError, Folder, Kind, reach};
use super::products::ProductError;

/// Beginning of the name under which a product is set aside.
const PREFIX: &str = ".batchseal-aside-";

/// Products set aside; dropping it puts them back.
#[derive(Debug)]
#[must_use = "dropping it puts the earlier products back"]
pub struct SetAside {
    root: PathBuf,
    /// Path of the product and name under which it is kept.
    moved: Vec<(String, String)>,
}

/// Puts back what a killed run left set aside. Where a product stands again already, the older one is
/// removed. Call it before looking at the work tree's state.
///
/// # Errors
/// [`ProductError`].
pub fn recover(root: &Path, artifacts: &[ArtifactPolicy]) -> Result<(), ProductError> {
    for artifact in artifacts.iter().filter(|artifact| !artifact.built_elsewhere) {
        let Some((folder, name)) = place(root, artifact)? else { continue };
        let kept = kept_name(artifact);
        let io = |source| ProductError::io("restoring", &artifact.path, source);
        if folder.kind(&kept).map_err(io)?.is_none() {
            continue;
        }
        if folder.kind(&name).map_err(io)?.is_none() {
            folder.rename(&kept, &name).map_err(io)?;
        } else {
            folder.remove(&kept).map_err(io)?;
        }
    }
    Ok(())
}

impl SetAside {
    /// Sets aside every product that this build is to make.
    ///
    /// # Errors
    /// [`ProductError`]: a folder stands where a product should, or a rename failed; nothing stays moved.
    pub fn begin(root: &Path, artifacts: &[ArtifactPolicy]) -> Result<Self, ProductError> {
        recover(root, artifacts)?;
        let mut aside = Self { root: root.to_path_buf(), moved: Vec::new() };
        for artifact in artifacts.iter().filter(|artifact| !artifact.built_elsewhere) {
            let Some((folder, name)) = place(root, artifact)? else { continue };
            let io = |source| ProductError::io("setting aside", &artifact.path, source);
            match folder.kind(&name).map_err(io)? {
                None => {}
                Some(Kind::File | Kind::Link) => {
                    let kept = kept_name(artifact);
                    folder.rename(&name, &kept).map_err(io)?;
                    aside.moved.push((artifact.path.clone(), kept));
                }
                Some(other) => {
                    return Err(ProductError::NotRegular { path: artifact.path.clone(), got: other.words() });
                }
            }
        }
        Ok(aside)
    }

    /// Puts the earlier products back, over whatever a failed build left there.
    ///
    /// # Errors
    /// [`ProductError`] for the first one that could not be put back; the others are.
    pub fn restore(mut self) -> Result<(), ProductError> {
        self.put_back()
    }

    /// Removes the earlier products for good, after the new ones were recorded.
    ///
    /// # Errors
    /// [`ProductError`] for the first one that could not be removed; the others are.
    pub fn discard(mut self) -> Result<(), ProductError> {
        let mut result = Ok(());
        for (path, kept) in std::mem::take(&mut self.moved) {
            let removed = self.with_folder(&path, |folder, _| folder.remove(&kept));
            result = result.and(removed);
        }
        result
    }

    fn put_back(&mut self) -> Result<(), ProductError> {
        let mut result = Ok(());
        for (path, kept) in std::mem::take(&mut self.moved) {
            let restored = self.with_folder(&path, |folder, name| folder.rename(&kept, name));
            result = result.and(restored);
        }
        result
    }

    /// Works in the product's folder, unless the build removed that altogether.
    fn with_folder(
        &self,
        path: &str,
        action: impl FnOnce(&Folder, &str) -> std::io::Result<()>,
    ) -> Result<(), ProductError> {
        let reached = reach(&self.root, path).map_err(|error| ProductError::from_beneath(path, error))?;
        let Some((folder, name)) = reached else { return Ok(()) };
        match action(&folder, &name) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            other => other.map_err(|source| ProductError::io("restoring", path, source)),
        }
    }
}

impl Drop for SetAside {
    fn drop(&mut self) {
        // Only reached on a failure that is reported already; the next run recovers what stays behind.
        let _ = self.put_back();
    }
}

fn kept_name(artifact: &ArtifactPolicy) -> String {
    format!("{PREFIX}{}", artifact.name)
}

fn place(root: &Path, artifact: &ArtifactPolicy) -> Result<Option<(Folder, String)>, ProductError> {
    reach(root, &artifact.path).map_err(|error: BeneathError| ProductError::from_beneath(&artifact.path, error))
}
