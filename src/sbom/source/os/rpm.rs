//! RPM: the package database of Fedora, Red Hat, SUSE and others (rpm 4.16 and later), as SQLite or NDB, and the
//! manifest of images without rpm. Each package is one [`header`].
//!
//! `Requires` are edges to all who provide the capability or hold the file, versions compared; `rpmlib(…)` asks
//! for rpm itself and is none. Keys (`gpg-pubkey`) are no components. The databases of rpm before 4.16, in a
//! format of Berkeley DB, are refused by name.

use std::borrow::Cow;

use super::Unmet;
use super::release::{self, Release};
use crate::sbom::source::{self, Files, Reader, Resolution, SourceError};

mod capability;
mod edges;
mod header;
mod manifest;
mod ndb;
mod package;
mod rich;
mod sqlite;

use package::Installed;

const MANIFEST_FILE: &str = "var/lib/rpmmanifest/container-manifest-2";

/// Every file that holds packages; where several of one reader are there, the first one is read.
const FILES: [&str; 8] = [
    "usr/lib/sysimage/rpm/rpmdb.sqlite",
    "usr/share/rpm/rpmdb.sqlite",
    "var/lib/rpm/rpmdb.sqlite",
    "usr/lib/sysimage/rpm/Packages.db",
    "var/lib/rpm/Packages.db",
    MANIFEST_FILE,
    "usr/lib/sysimage/rpm/Packages",
    "var/lib/rpm/Packages",
];

/// SQLite, where rpm is told to keep it below `usr`.
pub(super) const SQLITE_USR_LIB: Reader =
    reader(FILES[0], &["usr/lib/sysimage/rpm/rpmdb.sqlite-wal", release::FILES[0], release::FILES[1]]);
/// SQLite, in systems that are trees of OSTree.
pub(super) const SQLITE_USR_SHARE: Reader =
    reader(FILES[1], &["usr/share/rpm/rpmdb.sqlite-wal", release::FILES[0], release::FILES[1]]);
/// SQLite, at the usual place.
pub(super) const SQLITE_VAR: Reader =
    reader(FILES[2], &["var/lib/rpm/rpmdb.sqlite-wal", release::FILES[0], release::FILES[1]]);
/// NDB below `usr`, as SUSE has it.
pub(super) const NDB_USR_LIB: Reader = reader(FILES[3], &release::FILES);
/// NDB, at the usual place.
pub(super) const NDB_VAR: Reader = reader(FILES[4], &release::FILES);
/// The manifest of images without rpm.
pub(super) const MANIFEST: Reader = reader(MANIFEST_FILE, &release::FILES);
/// Berkeley DB below `usr`: refused, but for a manifest.
pub(super) const BERKELEY_USR_LIB: Reader = reader(FILES[6], &[MANIFEST_FILE, release::FILES[0], release::FILES[1]]);
/// Berkeley DB at the usual place: refused, but for a manifest.
pub(super) const BERKELEY_VAR: Reader = reader(FILES[7], &[MANIFEST_FILE, release::FILES[0], release::FILES[1]]);

const fn reader(lockfile: &'static str, beside: &'static [&'static str]) -> Reader {
    Reader { name: "RPM", lockfile, beside, more: None, read }
}

/// What is told to those whose database is older.
const NEWER: &str = "SQLite or NDB of rpm 4.16 and later: `rpmdb --rebuilddb --define '_db_backend sqlite'` writes \
one, or the output of `rpm -qa --queryformat '%{NAME}\\t%{VERSION}-%{RELEASE}\\t%{INSTALLTIME}\\t%{BUILDTIME}\\t\
%{VENDOR}\\t%{EPOCH}\\t%{SIZE}\\t%{ARCH}\\t%{EPOCHNUM}\\t%{SOURCERPM}\\n'` as var/lib/rpmmanifest/container-manifest-2";

fn read(files: &Files, _: &str) -> Result<Resolution, SourceError> {
    let file = super::present(files, &FILES)?;
    let release = Release::read(files)?;
    if file == MANIFEST_FILE {
        return manifest::read(&release, file, source::text(files, file)?);
    }
    let blobs = blobs(files, file)?;
    let mut installed = Vec::with_capacity(blobs.len());
    for (at, blob) in blobs.iter().enumerate() {
        let package = Installed::read(blob);
        installed.extend(package.map_err(|what| SourceError::malformed(file, format!("header {}: {what}", at + 1)))?);
    }
    let distro = release.distro();
    let purls: Vec<String> =
        installed.iter().map(|package| package.purl(release.namespace(), &distro)).collect::<Result<_, _>>()?;
    let mut unmet = Unmet::default();
    let edges = edges::edges(file, &installed, &mut unmet)?;
    let packages = installed.iter().zip(edges).zip(&purls).map(|((package, needs), purl)| {
        package.package(purl, needs.into_iter().map(|need| purls[need].clone()).collect())
    });
    super::resolution(&release, packages.collect(), unmet.sentence())
}

/// The headers of a database.
fn blobs<'a>(files: &'a Files, file: &str) -> Result<Vec<Cow<'a, [u8]>>, SourceError> {
    let bytes = source::bytes(files, file)?;
    let malformed = |what| SourceError::malformed(file, what);
    if file.ends_with(".db") {
        return Ok(ndb::blobs(bytes).map_err(malformed)?.into_iter().map(Cow::Borrowed).collect());
    }
    if !file.ends_with(".sqlite") {
        let got = "of Berkeley DB, which rpm had before 4.16,".to_owned();
        return Err(SourceError::Version { file: file.to_owned(), got, expected: NEWER });
    }
    if files.get(&format!("{file}-wal")).is_some_and(|log| !log.is_empty()) {
        return Err(malformed(format!(
            "{file}-wal holds changes that are not in it yet (expected an empty log: \
             `sqlite3 {file} 'PRAGMA wal_checkpoint(TRUNCATE)'` takes them over)"
        )));
    }
    sqlite::blobs(bytes).map_err(malformed)
}

#[cfg(test)]
mod tests;
