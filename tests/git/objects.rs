//! Ids and fields of raw objects.

use batchseal::model::digest::GitId;
use batchseal::provenance::git_object::{GitObjectError, MAX_CONTENT, ObjectKind, id_of, parse_commit, parse_tag};
use batchseal::provenance::git_signature::{SignatureKind, commit_signature, tag_signature};

const COMMIT: &str = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent 0123456789abcdef0123456789abcdef01234567\nauthor A Ü. Thor <a@example.invalid> 1790000000 +0200\ncommitter C <> 1790000100 -0330\n\nmessage\n";
const TAG: &str = "object 0123456789abcdef0123456789abcdef01234567\ntype commit\ntag v1.0.0\ntagger T <t@example.invalid> 1790000000 +0000\n\nrelease\n";

fn sha1() -> GitId {
    GitId::parse(&"0".repeat(40)).expect("id")
}

fn sha256() -> GitId {
    GitId::parse(&"0".repeat(64)).expect("id")
}

#[test]
fn computes_the_ids_that_git_documents_for_empty_objects() {
    for (kind, like, expected) in [
        (ObjectKind::Blob, sha1(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
        (ObjectKind::Tree, sha1(), "4b825dc642cb6eb9a060e54bf8d69288fbee4904"),
        (ObjectKind::Blob, sha256(), "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"),
        (ObjectKind::Tree, sha256(), "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"),
    ] {
        assert_eq!(id_of(kind, b"", &like).expect("id").as_str(), expected);
    }
}

#[test]
fn reads_a_commit() {
    let commit = parse_commit(COMMIT.as_bytes()).expect("commit");
    assert_eq!(commit.tree.as_str(), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    assert_eq!(commit.parents.len(), 1);
    assert_eq!(commit.author.name, "A Ü. Thor");
    assert_eq!(commit.author.email, "a@example.invalid");
    assert_eq!(commit.author.time.to_string(), "2026-09-21T16:13:20+02:00");
    assert_eq!(commit.committer.time.to_string(), "2026-09-21T10:45:00-03:30");
    assert_eq!(commit_signature(COMMIT.as_bytes(), &sha1()), None);
}

#[test]
fn sees_a_signature_header_but_no_words_about_one() {
    let signed = COMMIT.replace(
        "-0330\n",
        "-0330\ngpgsig -----BEGIN SSH SIGNATURE-----\n AAAA\n \n -----END SSH SIGNATURE-----\nencoding UTF-8\n",
    );
    parse_commit(signed.as_bytes()).expect("commit");
    let carried = commit_signature(signed.as_bytes(), &sha1()).expect("signature");
    assert_eq!(carried.kind, SignatureKind::Ssh);
    assert_eq!(carried.armour, b"-----BEGIN SSH SIGNATURE-----\nAAAA\n\n-----END SSH SIGNATURE-----\n");
    assert_eq!(carried.payload, COMMIT.replace("-0330\n", "-0330\nencoding UTF-8\n").as_bytes());
    assert_eq!(commit_signature(signed.as_bytes(), &sha256()), None, "the header of the other algorithm counted");
    let talk = COMMIT.replace("message", "gpgsig -----BEGIN SSH SIGNATURE-----");
    assert_eq!(commit_signature(talk.as_bytes(), &sha1()), None);
}

#[test]
fn replaces_name_bytes_that_are_not_utf8() {
    let mut bytes = COMMIT.as_bytes().to_vec();
    let at = COMMIT.find("Thor").expect("name");
    bytes[at] = 0xff;
    assert_eq!(parse_commit(&bytes).expect("commit").author.name, "A Ü. \u{fffd}hor");
}

#[test]
fn rejects_malformed_commits() {
    for (from, to) in [
        ("tree 4b", "tree 4B"),
        ("tree ", "tree  "),
        ("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n", ""),
        ("parent 0123456789abcdef0123456789abcdef01234567", "parent 0123456789abcdef0123456789abcdef0123456"),
        ("author", "parent"),
        ("+0200", "+0260"),
        ("+0200", "+9900"),
        ("+0200", "0200"),
        ("+0200", "+200"),
        ("1790000000", "-1790000000"),
        ("1790000000", "99999999999999999999"),
        ("1790000000 ", "1790000000"),
        ("<a@example.invalid>", "a@example.invalid"),
        ("<a@example.invalid>", "<a@example.invalid> <b@example.invalid>"),
        ("committer C <>", "committer C <"),
        ("-0330\n", "-0330\ntree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"),
        ("-0330\n", "-0330\ncommitter D <> 1790000100 -0330\n"),
        ("-0330\n", "-0330\n continued\n"),
        ("-0330\n", "-0330\nword\n"),
        ("-0330\n", "-0330\nx \0\n"),
        ("\n\nmessage\n", "\n"),
    ] {
        let broken = COMMIT.replacen(from, to, 1);
        assert_ne!(broken, COMMIT);
        assert!(parse_commit(broken.as_bytes()).is_err(), "{from:?} -> {to:?} was accepted");
    }
}

#[test]
fn never_panics_on_cut_or_changed_objects() {
    for whole in [COMMIT, TAG] {
        for end in 0..whole.len() {
            let mut changed = whole.as_bytes().to_vec();
            changed[end] ^= 0x15;
            for bytes in [&whole.as_bytes()[..end], &changed] {
                let read = (parse_commit(bytes).is_ok(), parse_tag(bytes).is_ok());
                assert_ne!(read, (true, true));
            }
        }
    }
}

#[test]
fn rejects_objects_over_the_limit() {
    let huge = vec![b'a'; MAX_CONTENT + 1];
    let got = MAX_CONTENT + 1;
    assert_eq!(parse_commit(&huge), Err(GitObjectError::TooLarge { kind: "commit", got }));
    assert_eq!(parse_tag(&huge), Err(GitObjectError::TooLarge { kind: "tag", got }));
}

#[test]
fn reads_a_tag() {
    let tag = parse_tag(TAG.as_bytes()).expect("tag");
    assert_eq!((tag.kind.as_str(), tag.name.as_str()), ("commit", "v1.0.0"));
    assert_eq!(tag.tagger.name, "T");
    assert_eq!(tag.time.to_string(), "2026-09-21T14:13:20Z");
    assert_eq!(tag_signature(TAG.as_bytes()), None);
}

#[test]
fn tells_the_form_of_a_tag_signature() {
    for (word, kind) in [
        ("SSH SIGNATURE", SignatureKind::Ssh),
        ("PGP SIGNATURE", SignatureKind::OpenPgp),
        ("SIGNED MESSAGE", SignatureKind::X509),
    ] {
        let signed = format!("{TAG}-----BEGIN {word}-----\nAAAA\n-----END {word}-----\n");
        let carried = tag_signature(signed.as_bytes()).expect("signature");
        assert_eq!((carried.kind, &carried.payload[..]), (kind, TAG.as_bytes()));
        assert!(carried.armour.starts_with(b"-----BEGIN") && carried.armour.ends_with(b"-----\n"));
        let quoted = signed.replace("-----BEGIN", "> -----BEGIN");
        assert_eq!(tag_signature(quoted.as_bytes()), None, "quoted armour counted");
        let twice = format!("{signed}{}", &signed[TAG.len()..]);
        let carried = tag_signature(twice.as_bytes()).expect("signature");
        assert_eq!(carried.payload, signed.as_bytes(), "not the last armour counted");
    }
}

#[test]
fn rejects_malformed_tags() {
    for (from, to) in [
        ("type commit", "type release"),
        ("tag v1.0.0", "tag "),
        ("tag v1.0.0", "tag v1\u{7}"),
        ("tagger T <t@example.invalid> 1790000000 +0000\n", ""),
        ("object 01", "object 0g"),
        ("\n\nrelease\n", "\n"),
    ] {
        assert!(parse_tag(TAG.replacen(from, to, 1).as_bytes()).is_err(), "{from:?} -> {to:?} was accepted");
    }
}
