//! The tree listing and the root id computed from it.

use std::path::Path;

use batchseal::model::digest::{GitId, Sha256Digest};
use batchseal::provenance::tree::{EntryMode, TreeEntry, TreeError, TreeListing, decode_path, encode_path};

use crate::workbench::Bench;

const ID: &str = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
const SHA: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn lines(paths: &[&str]) -> Vec<u8> {
    paths.iter().map(|path| format!("100644 {ID} {SHA} {path}\n")).collect::<String>().into_bytes()
}

fn entry(path: &[u8]) -> TreeEntry {
    let (id, sha256) = (GitId::parse(ID).expect("id"), Some(Sha256Digest::of(b"")));
    TreeEntry { mode: EntryMode::File, id, sha256, path: path.to_vec() }
}

#[test]
fn round_trips_and_answers_by_path() {
    let pin = TreeEntry { mode: EntryMode::Submodule, sha256: None, ..entry(b"lib") };
    let listing = TreeListing::new(vec![pin, entry(b"a b/\xff%"), entry(b"a")]).expect("listing");
    let bytes = TreeListing::encode(listing.entries());
    let text = String::from_utf8(bytes.clone()).expect("ASCII");
    assert_eq!(text, format!("100644 {ID} {SHA} a\n100644 {ID} {SHA} a%20b/%FF%25\n160000 {ID} - lib\n"));
    assert_eq!(TreeListing::parse(&bytes).expect("listing"), listing);
    assert_eq!(listing.sha256_of(b"a b/\xff%"), Some(Sha256Digest::of(b"")));
    assert_eq!(listing.sha256_of(b"lib"), None);
    assert_eq!(listing.sha256_of(b"b"), None);
}

#[test]
fn an_empty_listing_has_no_root() {
    assert_eq!(TreeListing::parse(b"").expect("listing").root_id(), None);
}

#[test]
fn rejects_every_other_spelling_of_a_line() {
    let good = format!("100644 {ID} {SHA} a\n");
    assert!(TreeListing::parse(good.as_bytes()).is_ok());
    for bad in [
        "\n".to_owned(),
        good.trim_end().to_owned(),
        good.replace('\n', "\r\n"),
        format!("{good}\n"),
        good.replace("100644", "0100644"),
        good.replace("100644", "040000"),
        good.replace("100644", "160000"),
        good.replace(SHA, "-"),
        good.replace(SHA, &SHA.to_uppercase()),
        good.replace(ID, &ID.to_uppercase()),
        good.replace(ID, &ID[1..]),
        good.replace(' ', "  "),
        good.replace(" a\n", "  a\n"),
        good.replace(" a\n", " a b\n"),
        good.replace(" a\n", " %61\n"),
        good.replace(" a\n", " %ff\n"),
        good.replace(" a\n", " %F\n"),
        good.replace(" a\n", " %\n"),
        good.replace(" a\n", " %00\n"),
        good.replace(" a\n", " ü\n"),
        good.replace(" a\n", "\n"),
        good.replace(" a\n", " \n"),
        good.replace(" a\n", " /a\n"),
        good.replace(" a\n", " a/\n"),
        good.replace(" a\n", " a//b\n"),
        good.replace(" a\n", " ../a\n"),
        good.replace(" a\n", " a/./b\n"),
        good.replace(" a\n", " a/.GIT/b\n"),
        good.replace(" a\n", &format!(" {}\n", "a".repeat(4097))),
        good.replace(" a\n", &format!(" {}a\n", "a/".repeat(129))),
    ] {
        assert!(TreeListing::parse(bad.as_bytes()).is_err(), "{bad:?} was accepted");
    }
}

#[test]
fn rejects_disorder_repetition_conflicts_and_mixed_ids() {
    assert!(TreeListing::parse(&lines(&["a", "a-b", "a.b", "a0"])).is_ok());
    assert!(matches!(TreeListing::parse(&lines(&["b", "a"])), Err(TreeError::Order { .. })));
    assert!(matches!(TreeListing::parse(&lines(&["a", "a"])), Err(TreeError::Order { .. })));
    let conflict = TreeListing::parse(&lines(&["x/a", "x/a-b", "x/a.b", "x/a/b"]));
    assert_eq!(conflict, Err(TreeError::Conflict { path: "x/a".to_owned() }));
    let mut mixed = lines(&["a"]);
    mixed.extend(format!("100644 {SHA} {SHA} b\n").into_bytes());
    assert!(matches!(TreeListing::parse(&mixed), Err(TreeError::Line { line: 2, .. })));
}

#[test]
fn paths_have_one_spelling() {
    let all: Vec<u8> = (1..=255).collect();
    assert_eq!(decode_path(encode_path(&all).as_bytes()), Some(all));
    for other in ["%41", "%2f", "%2F", "%0a", "a b", "%", "%1", "%GG"] {
        assert_eq!(decode_path(other.as_bytes()), None, "{other}");
    }
}

/// Names whose order differs between paths, folders and git's trees.
#[test]
fn root_id_follows_gits_order_of_folders() {
    let Some(bench) = Bench::empty() else { return };
    for path in ["a.b", "a-b", "a/b", "a/b.c/d", "a/b-c", "a0", "a/b0/c", "b.c/x", "b/c", "b-c", "ab/c", "A", "é/ü"] {
        bench.write(path, path);
    }
    bench.commit("names");
    bench.git(&["tag", "v1"]);
    assert_root(&bench, "v1");
}

#[test]
fn root_id_equals_gits_on_real_trees() {
    let Some(bench) = Bench::empty() else { return };
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    copy(&sources, &bench.root.join("own"));
    let home = std::env::var_os("CARGO_HOME").map(std::path::PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let registry = home.map(|home| home.join("registry/src")).filter(|registry| registry.is_dir());
    for index in registry.into_iter().flat_map(|registry| std::fs::read_dir(registry).expect("registry")) {
        let mut crates: Vec<_> =
            std::fs::read_dir(index.expect("index").path()).expect("index").map(|e| e.expect("crate").path()).collect();
        crates.sort();
        for source in crates.iter().filter(|path| path.is_dir()).step_by(9).take(30) {
            copy(source, &bench.root.join("vendor").join(source.file_name().expect("name")));
        }
    }
    bench.git(&["add", "--all", "--force"]);
    bench.commit("vendor");
    bench.git(&["tag", "v1"]);
    bench.git(&["gc", "--quiet"]);
    assert_root(&bench, "v1");
}

fn assert_root(bench: &Bench, tag: &str) {
    let source = bench.open().release_source(tag).expect("source");
    let listing = TreeListing::parse(&source.tree_bytes).expect("listing");
    let root = listing.root_id().expect("root");
    assert_eq!(root.as_str(), bench.line(&["rev-parse", "HEAD^{tree}"]));
    let count = bench.git(&["ls-tree", "-r", "-z", "--name-only", "HEAD"]).split(|byte| *byte == 0).count() - 1;
    assert_eq!(listing.entries().len(), count);
    for entry in listing.entries().iter().step_by(17) {
        let content = bench.git(&["cat-file", "blob", entry.id.as_str()]);
        assert_eq!(entry.sha256, Some(Sha256Digest::of(&content)));
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("folder");
    for entry in std::fs::read_dir(from).expect("folder") {
        let entry = entry.expect("entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copy");
        }
    }
}

#[test]
fn whatever_is_accepted_is_written_again_byte_for_byte() {
    let whole = lines(&["a", "a%20b/c", "b/c"]);
    let mut accepted = 0;
    for at in 0..whole.len() {
        for with in [b' ', b'\n', b'%', b'/', b'0', b'z', 0, 0xff] {
            let mut changed = whole.clone();
            changed[at] = with;
            if let Ok(listing) = TreeListing::parse(&changed) {
                assert_eq!(TreeListing::encode(listing.entries()), changed);
                accepted += 1;
            }
        }
        assert!(TreeListing::parse(&whole[..at]).is_err() || at == 0 || whole[at - 1] == b'\n');
    }
    assert!(accepted > 0);
}
