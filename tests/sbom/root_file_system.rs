//! Package databases of root file systems, found below a folder and named.

use std::path::Path;
use std::process::{Command, Output};

use batchseal::sbom::document::Document;
use batchseal::sbom::graph::Kind;

const STATUS: &str = "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9\n
Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\nDepends: libc6\n";
const INSTALLED: &str = "P:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\n\n";

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
    std::fs::write(path, text).expect("file");
}

fn run(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_batchseal"));
    command.arg("sbom").args(arguments).current_dir(root).output().expect("batchseal runs")
}

fn purls(done: &Output) -> Vec<String> {
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let document = Document::parse(&done.stdout).expect("document");
    document.components.iter().filter_map(|one| one.purl.clone()).collect()
}

/// An image of Debian with the release file behind a link, beside one of Alpine with one `usr`.
fn images() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), "image/var/lib/dpkg/status", STATUS);
    write(folder.path(), "image/usr/lib/os-release", "ID=debian\nVERSION_ID=12\n");
    write(folder.path(), "image/etc/hostname", "pump\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/nowhere", folder.path().join("image/etc/os-release")).expect("link");
    write(folder.path(), "small/usr/lib/apk/db/installed", INSTALLED);
    write(folder.path(), "small/etc/os-release", "ID=alpine\nVERSION_ID=3.22.0\n");
    folder
}

#[test]
fn databases_below_the_folder_are_found_by_their_path() {
    let folder = images();
    let done = run(folder.path(), &[]);
    assert_eq!(
        purls(&done),
        [
            "pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.22.0",
            "pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12",
            "pkg:deb/debian/tool@1?arch=amd64&distro=debian-12",
            "pkg:generic/alpine@3.22.0",
            "pkg:generic/debian@12",
        ]
    );
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(told.contains("image/var/lib/dpkg/status: 3 components"), "{told}");
    let document = Document::parse(&done.stdout).expect("document");
    let systems = document.components.iter().filter(|one| one.kind == Kind::OperatingSystem).count();
    assert_eq!(systems, 2);
}

#[test]
fn the_root_itself_and_a_named_database_give_the_same() {
    let folder = images();
    let at_root = purls(&run(&folder.path().join("image"), &[]));
    assert_eq!(at_root.len(), 3);
    let named = ["--lockfile", "image/var/lib/dpkg/status"];
    assert_eq!(purls(&run(folder.path(), &named)), at_root);
    assert_eq!(purls(&run(&folder.path().join("image"), &["--lockfile", "var/lib/dpkg/status"])), at_root);
}

#[test]
fn an_image_without_dpkg_is_found_by_its_folder() {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), "var/lib/dpkg/status.d/base", "Package: base\nArchitecture: amd64\nVersion: 1\n");
    write(
        folder.path(),
        "var/lib/dpkg/status.d/tzdata",
        "Package: tzdata\nArchitecture: all\nVersion: 2\nDepends: base\n",
    );
    write(folder.path(), "var/lib/dpkg/status.d/tzdata.md5sums", "0 x\n");
    write(folder.path(), "etc/os-release", "ID=debian\nVERSION_ID=12\n");
    assert_eq!(purls(&run(folder.path(), &[])).len(), 3);
}

#[cfg(unix)]
#[test]
fn a_link_among_the_packages_of_a_folder_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), "var/lib/dpkg/status.d/base", "Package: base\nArchitecture: amd64\nVersion: 1\n");
    write(folder.path(), "etc/os-release", "ID=debian\nVERSION_ID=12\n");
    assert_eq!(purls(&run(folder.path(), &[])).len(), 2);
    std::os::unix::fs::symlink("base", folder.path().join("var/lib/dpkg/status.d/tzdata")).expect("link");
    let done = run(folder.path(), &[]);
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(3), "{told}");
    assert!(told.contains("status.d/tzdata is a link"), "{told}");
}

#[test]
fn a_file_of_that_name_elsewhere_is_no_database() {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), "dpkg/status", STATUS);
    write(folder.path(), "xvar/lib/dpkg/status", STATUS);
    let done = run(folder.path(), &[]);
    assert_eq!(done.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&done.stderr).contains("holds no lockfile"));
    write(folder.path(), "var/lib/dpkg/status", STATUS);
    let done = run(folder.path(), &[]);
    assert!(String::from_utf8_lossy(&done.stderr).contains("etc/os-release"));
    assert_eq!(done.status.code(), Some(3));
}
