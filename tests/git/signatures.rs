//! Signatures made by `ssh-keygen` and `git`, altered, and judged by this product and by git itself.

mod scene;

use batchseal::attestation::git_signature::GitSignatureError as Error;
use batchseal::provenance::git_signature::SignatureKind;

use scene::{Judged, Scene};

/// One alteration, what is to be said of it here, and whether git calls it good.
type Case<'a> = (&'a str, Vec<u8>, fn(&Judged) -> bool, bool);

fn alice(judged: &Judged) -> bool {
    judged.person() == Some("Alice (example)")
}

fn bad(judged: &Judged) -> bool {
    matches!(judged, Judged::Refused(Error::Signature))
}

fn unreadable(judged: &Judged) -> bool {
    matches!(judged, Judged::Refused(Error::Armour(_)))
}

fn malformed(judged: &Judged) -> bool {
    matches!(judged, Judged::Malformed)
}

fn followed(judged: &Judged) -> bool {
    matches!(judged, Judged::Refused(Error::Followed))
}

fn unsigned(judged: &Judged) -> bool {
    matches!(judged, Judged::Unsigned)
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let new = text.replacen(from, to, 1);
    assert_ne!(text, new, "{from:?} is not there");
    new.into_bytes()
}

fn agree(scene: &Scene, kind: &str, cases: Vec<Case<'_>>) {
    for (name, object, expected, git) in cases {
        let judged = scene.judge(kind, &object);
        assert!(expected(&judged), "{name}: {judged:?}");
        assert_eq!(scene.git_accepts(kind, &object), git, "git says otherwise of {kind} {name:?}");
    }
}

#[test]
fn judges_tags_as_git_does_or_more_strictly() {
    let Some(scene) = Scene::new("sha1") else { return };
    let tag = scene.tag("alice", "v1");
    let (payload, armour) = scene::halves(&tag);
    let other = scene.tag("alice", "v2");
    let with = |armour: &[u8]| [payload, armour].concat();
    let namespaced = |namespace: &str| with(&scene.sign("alice", namespace, payload));
    let text = std::str::from_utf8(armour).expect("ASCII");
    let long = text.replace('\n', "").replace("E-----", "E-----\n").replace("-----END", "\n-----END");
    let again = |first: Vec<u8>| [first.clone(), scene.sign("alice", "git", &first)].concat();
    let cases: Vec<Case<'_>> = vec![
        ("as it was made", tag.clone(), alice, true),
        ("SHA-256 inside", with(&scene.sign_with("alice", "git", "sha256", payload)), alice, true),
        ("message changed", replaced(&tag, "release v1", "release v9"), bad, false),
        ("tag renamed", replaced(&tag, "tag v1", "tag v9"), bad, false),
        ("moved to another commit", moved(&tag), bad, false),
        ("armour of another tag", with(scene::halves(&other).1), bad, false),
        (
            "namespace file",
            namespaced("file"),
            |j| matches!(j, Judged::Refused(Error::Namespace(n)) if n == "file"),
            false,
        ),
        ("key of a stranger", scene.tag("mallory", "v3"), |j| j.is_unknown(), false),
        ("text after the armour", [&tag, &b"more\n"[..]].concat(), followed, true),
        ("armour in the middle", replaced(&tag, "release v1\n", &format!("release v1\n{text}and then\n")), bad, false),
        ("armour only in the middle", with(format!("{text}the rest\n").as_bytes()), followed, true),
        ("armour twice", [&tag, armour].concat(), bad, false),
        ("signed again over the first armour", again(tag.clone()), alice, true),
        ("armour not closed", with(text.replace("-----END SSH SIGNATURE-----", "").as_bytes()), unreadable, false),
        ("armour cut", with(&armour[..armour.len() / 2]), unreadable, false),
        ("armour closed too early", with(cut(text).as_bytes()), unreadable, false),
        ("armour with CRLF", with(text.replace('\n', "\r\n").as_bytes()), unreadable, false),
        ("armour on one line", with(long.as_bytes()), alice, true),
        ("CRLF in the message", replaced(&tag, "release v1\n", "release v1\r\n"), bad, false),
        ("empty lines after the armour", [&tag, &b"\n\n"[..]].concat(), alice, true),
        ("a word behind the mark", replaced(&tag, "SIGNATURE-----\n", "SIGNATURE----- x\n"), unreadable, false),
        ("armour indented", with(format!(" {text}").as_bytes()), unsigned, false),
        ("a second signature header", replaced(&tag, "\n\n", "\ngpgsig-sha256 a\n b\n\n"), alice, true),
        ("another header", replaced(&tag, "\n\n", "\nencoding UTF-8\n\n"), bad, false),
        ("no signature", payload.to_vec(), unsigned, false),
    ];
    agree(&scene, "tag", cases);
}

/// The tag on a commit whose id has another first digit.
fn moved(tag: &[u8]) -> Vec<u8> {
    let mut moved = tag.to_vec();
    let digit = "object ".len();
    moved[digit] = if tag[digit] == b'0' { b'1' } else { b'0' };
    moved
}

/// An armour whose base64 lost its second line.
fn cut(text: &str) -> String {
    let lines: Vec<&str> = text.lines().enumerate().filter(|(at, _)| *at != 2).map(|(_, line)| line).collect();
    lines.join("\n") + "\n"
}

#[test]
fn judges_commits_as_git_does_or_more_strictly() {
    let Some(scene) = Scene::new("sha1") else { return };
    let commit = scene.commit("alice", "first");
    let other = scene.commit("alice", "second");
    let header = scene::signature_header(&commit);
    let without = replaced(&commit, &header, "");
    let before = |field: &str| replaced(&without, field, &format!("{header}{field}"));
    let body = header.replace("gpgsig ", "").replace("\n ", "\n");
    let cases: Vec<Case<'_>> = vec![
        ("as it was made", commit.clone(), alice, true),
        ("message changed", replaced(&commit, "first", "fifth"), bad, false),
        ("armour of another commit", replaced(&commit, &header, &scene::signature_header(&other)), bad, false),
        ("key of a stranger", scene.commit("mallory", "third"), |j| j.is_unknown(), false),
        ("no signature", without.clone(), unsigned, false),
        ("signature in the message", [&without[..], body.as_bytes()].concat(), unsigned, false),
        ("signature before the author", before("author "), malformed, true),
        ("signature before the tree", before("tree "), malformed, false),
        ("signature twice", replaced(&commit, "gpgsig ", &format!("{header}gpgsig ")), followed, true),
        ("header of SHA-256", replaced(&commit, "gpgsig ", "gpgsig-sha256 "), unsigned, false),
        ("a second one of SHA-256", replaced(&commit, "gpgsig ", "gpgsig-sha256 a\n b\ngpgsig "), alice, true),
        ("a header that looks like one", replaced(&commit, "gpgsig ", "gpgsig2 a\n b\ngpgsig "), alice, true),
        ("another header", replaced(&commit, "gpgsig ", "encoding UTF-8\ngpgsig "), bad, false),
        ("armour not closed", replaced(&commit, " -----END SSH SIGNATURE-----\n", ""), unreadable, false),
        ("CRLF in the message", replaced(&commit, "first\n", "first\r\n"), bad, false),
        (
            "text after the armour",
            replaced(&commit, "END SSH SIGNATURE-----\n", "END SSH SIGNATURE-----\n x\n"),
            followed,
            true,
        ),
    ];
    agree(&scene, "commit", cases);
}

#[test]
fn judges_repositories_of_sha256() {
    let Some(scene) = Scene::new("sha256") else { return };
    let (tag, commit) = (scene.tag("alice", "v1"), scene.commit("alice", "first"));
    assert!(String::from_utf8_lossy(&commit).contains("\ngpgsig-sha256 "));
    let cases: Vec<Case<'_>> = vec![
        ("as it was made", tag.clone(), alice, true),
        ("message changed", replaced(&tag, "release v1", "release v9"), bad, false),
    ];
    agree(&scene, "tag", cases);
    let cases: Vec<Case<'_>> = vec![
        ("as it was made", commit.clone(), alice, true),
        ("message changed", replaced(&commit, "first", "fifth"), bad, false),
        ("header of SHA-1", replaced(&commit, "gpgsig-sha256 ", "gpgsig "), unsigned, false),
    ];
    agree(&scene, "commit", cases);
}

#[test]
fn accepts_every_type_of_key_that_a_roster_may_hold_and_names_the_others() {
    let Some(scene) = Scene::new("sha1") else { return };
    for name in ["alice-p256", "alice-p384"] {
        let tag = scene.tag(name, name);
        assert!(alice(&scene.judge("tag", &tag)), "{name}");
        assert!(scene.git_accepts("tag", &tag), "{name}");
    }
    for (name, key_type) in [("rsa", "ssh-rsa"), ("p521", "ecdsa-sha2-nistp521")] {
        let judged = scene.judge("tag", &scene.tag(name, name));
        assert_eq!(judged.unsupported(), Some(key_type), "{judged:?}");
    }
}

#[test]
fn no_changed_byte_leaves_a_signature_good() {
    let Some(scene) = Scene::new("sha1") else { return };
    for (kind, object) in [("tag", scene.tag("alice", "v1")), ("commit", scene.commit("alice", "first"))] {
        assert!(alice(&scene.judge(kind, &object)));
        for at in 0..object.len() {
            let mut flipped = object.clone();
            flipped[at] ^= 0x15;
            for (what, bytes) in [("flipped", &flipped[..]), ("cut", &object[..at])] {
                // Only the last line's end is nobody's: git itself drops it.
                let good = alice(&scene.judge(kind, bytes));
                assert!(!good || (kind, what, at) == ("tag", "cut", object.len() - 1), "{kind} {what} at {at}");
            }
        }
    }
}

#[test]
fn tells_the_other_kinds_of_signatures() {
    let Some(scene) = Scene::new("sha1") else { return };
    let tag = scene.tag("alice", "v1");
    for (word, kind) in [("PGP SIGNATURE", SignatureKind::OpenPgp), ("SIGNED MESSAGE", SignatureKind::X509)] {
        let text = String::from_utf8(tag.clone()).expect("UTF-8").replace("SSH SIGNATURE", word);
        assert!(matches!(scene.judge("tag", text.as_bytes()), Judged::OtherKind(other) if other == kind));
    }
    let commit = replaced(&scene.commit("alice", "first"), "gpgsig -----BEGIN SSH", "gpgsig -----BEGIN TEA");
    assert!(matches!(scene.judge("commit", &commit), Judged::OtherKind(SignatureKind::Unknown)));
}
