//! A package of the database: what its header says of it.

use std::collections::BTreeSet;

use super::capability::Capability;
use super::header::{Header, tag};
use crate::sbom::document::{Hash, HashAlgorithm};
use crate::sbom::graph::DerivedFrom;
use crate::sbom::licence::Licence;
use crate::sbom::purl;
use crate::sbom::source::{Package, SourceError};

/// The name of entries that are keys.
pub(super) const KEY: &str = "gpg-pubkey";

/// What the digest is of.
const HASH_OF: &str = "header of the package as signed, which names the digest of its payload (SHA256HEADER)";

/// One installed package.
pub(super) struct Installed<'a> {
    header: Header<'a>,
    pub(super) name: &'a str,
    version: String,
    epoch: Option<u32>,
}

impl<'a> Installed<'a> {
    /// Reads a header; `None` for a key.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn read(blob: &'a [u8]) -> Result<Option<Self>, String> {
        let header = Header::read(blob)?;
        let needed = |tag, what| header.text(tag)?.ok_or_else(|| format!("a package without {what}"));
        let name = needed(tag::NAME, "name")?;
        if name == KEY {
            return Ok(None);
        }
        let version = format!("{}-{}", needed(tag::VERSION, "version")?, needed(tag::RELEASE, "release")?);
        let epoch = header.numbers(tag::EPOCH)?.first().copied();
        Ok(Some(Self { header, name, version, epoch }))
    }

    /// What is wrong with its header, as an error.
    pub(super) fn refused(&self, file: &str, what: &str) -> SourceError {
        SourceError::malformed(file, format!("{}: {what}", self.name))
    }

    /// Package URL.
    ///
    /// # Errors
    /// [`SourceError::Purl`].
    pub(super) fn purl(&self, namespace: &str, distro: &str) -> Result<String, SourceError> {
        let epoch = self.epoch.map(|epoch| epoch.to_string());
        let of = |tag| self.header.text(tag).ok().flatten();
        identity(
            namespace,
            self.name,
            &self.version,
            &[
                ("arch", of(tag::ARCH)),
                ("distro", Some(distro)),
                ("epoch", epoch.as_deref()),
                ("upstream", of(tag::SOURCERPM)),
            ],
        )
    }

    /// What it provides.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn provides(&self) -> Result<Vec<Capability<'a>>, String> {
        self.capabilities([tag::PROVIDENAME, tag::PROVIDEFLAGS, tag::PROVIDEVERSION])
    }

    /// What it requires of others.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn requires(&self) -> Result<Vec<Capability<'a>>, String> {
        let mut requires = self.capabilities([tag::REQUIRENAME, tag::REQUIREFLAGS, tag::REQUIREVERSION])?;
        requires.retain(Capability::is_needed);
        Ok(requires)
    }

    fn capabilities(&self, [names, flags, versions]: [u32; 3]) -> Result<Vec<Capability<'a>>, String> {
        let (names, flags, versions) =
            (self.header.texts(names)?, self.header.numbers(flags)?, self.header.texts(versions)?);
        let fits = |length| length == 0 || length == names.len();
        if !fits(flags.len()) || !fits(versions.len()) {
            return Err(format!("{} names with {} flags and {} versions", names.len(), flags.len(), versions.len()));
        }
        let of = |(at, name)| Capability {
            name,
            flags: flags.get(at).copied().unwrap_or_default(),
            version: versions.get(at).copied().unwrap_or_default(),
        };
        Ok(names.into_iter().enumerate().map(of).collect())
    }

    /// Calls `found` for every file, with what `wanted` has for its folder, which ends with `/`, and its name.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn files<W: Copy>(
        &self,
        wanted: impl Fn(&[u8]) -> Option<W>,
        mut found: impl FnMut(W, &'a [u8]),
    ) -> Result<(), String> {
        // Each folder is looked up once only, however many files it holds.
        let folders: Vec<Option<W>> = self.header.texts(tag::DIRNAMES)?.into_iter().map(&wanted).collect();
        let (names, of) = (self.header.texts(tag::BASENAMES)?, self.header.numbers(tag::DIRINDEXES)?);
        if names.len() != of.len() {
            return Err(format!("{} files with {} folders", names.len(), of.len()));
        }
        for (name, folder) in names.into_iter().zip(of) {
            let folder = usize::try_from(folder).ok().and_then(|folder| folders.get(folder));
            if let Some(wanted) = folder.ok_or("a file in a folder that is not named")? {
                found(*wanted, name);
            }
        }
        for path in self.header.texts(tag::OLDFILENAMES)? {
            let end = path.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
            if let Some(wanted) = wanted(&path[..end]) {
                found(wanted, &path[end..]);
            }
        }
        Ok(())
    }

    /// The package.
    pub(super) fn package(&self, purl: &str, depends_on: BTreeSet<String>) -> Package {
        // Texts that people wrote may be in an old encoding: such a one is left out.
        let of = |tag| self.header.text(tag).ok().flatten();
        let mut package = Package { depends_on, ..Package::new(self.name, &self.version, purl.to_owned()) };
        package.licence = Licence::declared(of(tag::LICENSE), None);
        package.named_supplier = of(tag::VENDOR)
            .map(|name| (name.to_owned(), DerivedFrom::PackageVendor))
            .or_else(|| of(tag::PACKAGER).map(|name| (name.to_owned(), DerivedFrom::PackageMaintainer)));
        package.hashes =
            of(tag::SHA256HEADER).and_then(|hex| Hash::of_hex(HashAlgorithm::Sha256, hex)).into_iter().collect();
        package.hash_of = Some(HASH_OF.to_owned());
        for (name, tag) in
            [("homepage", tag::URL), ("source-package", tag::SOURCERPM), ("module", tag::MODULARITYLABEL)]
        {
            package.facts.extend(of(tag).map(|text| (name, text.to_owned())));
        }
        package
    }
}

/// Package URL of an RPM.
///
/// # Errors
/// [`SourceError::Purl`].
pub(super) fn identity(
    namespace: &str,
    name: &str,
    version: &str,
    qualifiers: &[(&str, Option<&str>)],
) -> Result<String, SourceError> {
    Ok(purl::installed("rpm", (namespace, name), version, qualifiers)?)
}
