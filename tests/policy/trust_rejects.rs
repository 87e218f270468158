//! What a `trust.toml` may not say, and where each message points.

use batchseal::model::hint::Hint;

use crate::fixtures::{altered, p256_key, parse_trust, pem, ssh, trust};

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// As in `release_rejects`, behind `trust.toml:`.
const CASES: &[(&str, &str, &str, &str)] = &[
    ("schema = 1\n", "", "1:1: schema: got nothing", "expected 1"),
    ("schema = 1", "schema = 1\nanchors = []", "2:1: anchors: got an unknown key", "schema, draft, serial"),
    ("serial = 3", "serial = -1", "2:10: serial: got -1", "a whole number from 0"),
    ("serial = 3", "serial = 1.5", "2:10: serial: got 1.5", "a whole number"),
    ("skew = 60", "skew = 3601", "3:8: skew: got 3601", "from 0 to 3600"),
    ("skew = 60", "draft = 1", "3:9: draft: got 1", "true or false"),
    ("name = \"infusion-pump-controller\"\n", "", "4:1: device[1].name: got nothing", "batchseal.toml"),
    ("\"infusion-pump-controller\"", "\"a/b\"", "5:8: device[1].name: got \"a/b\"", "file-name-safe"),
    ("safety-class = \"C\", ", "", "6:9: device[1].facts.safety-class: got nothing", "\"A\", \"B\", \"C\""),
    (", finished = true }", " }", "6:9: device[1].facts.finished: got nothing", "true or false"),
    (
        ", finished = true }",
        ", finished = true, mdr = true }",
        "6:114: device[1].facts.mdr: got an unknown key",
        "one of safety-class",
    ),
    ("facts = {", "fact = {", "6:1: device[1].fact: got an unknown key", "facts"),
    ("policies = [\"sha256:e3b0", "policies = [\"md5:e3b0", "7:13: device[1].policies[1]: got \"md5:", "sha256:"),
    (
        "policies = [\"sha256:e3b0",
        "policies = [\"e3b0",
        "7:13: device[1].policies[1]: got \"e3b0",
        "\"sha256:\" and 64",
    ),
    ("policies = [\"sha256:e3b0", "policies = [\"sha256:E3B0", "7:13: device[1].policies[1]", "lowercase"),
    ("[\"production\", \"demo\"]", "[]", "8:17: device[1].allow-purpose: got an empty list", "at least one purpose"),
    ("[\"production\", \"demo\"]", "[\"any\"]", "8:18: device[1].allow-purpose[1]: got \"any\"", "\"production\""),
    (
        "[\"production\", \"demo\"]",
        "[\"demo\", \"demo\"]",
        "8:26: device[1].allow-purpose[2]: got \"demo\"",
        "each value once",
    ),
    (
        "\"demo\"]",
        "\"demo\"]\ntag-signature = \"ssh\"",
        "9:17: device[1].tag-signature: got \"ssh\"",
        "\"required\", \"if-present\"",
    ),
    (
        "\"demo\"]",
        "\"demo\"]\ncommit-signature = true",
        "9:20: device[1].commit-signature: got",
        "\"required\", \"if-present\"",
    ),
    (
        "serial = 3",
        "serial = 3\nalgorithms = [\"ed25519\", \"rsa-md5\"]",
        "3:26: algorithms[2]: got \"rsa-md5\" (MD5, which is broken and never accepted)",
        "one of \"ecdsa-p256-sha256\"",
    ),
    (
        "serial = 3",
        "serial = 3\nalgorithms = [\"ecdsa-sha1\"]",
        "3:15: algorithms[1]: got \"ecdsa-sha1\" (SHA-1, which is broken",
        "\"ed25519\"",
    ),
    ("serial = 3", "serial = 3\nalgorithms = [\"crc32\"]", "3:15: algorithms[1]: got \"crc32\" (CRC, ", "\"ed25519\""),
    (
        "serial = 3",
        "serial = 3\nalgorithms = [\"slh-dsa-sha2-128s\"]",
        "3:15: algorithms[1]: got \"slh-dsa-sha2-128s\" (SLH-DSA, which the format knows and this version cannot verify)",
        "\"ml-dsa-65\"",
    ),
    ("serial = 3", "serial = 3\nalgorithms = [\"rsa-2048-sha256\"]", "3:15: algorithms[1]: got", "rsa-3072-sha256"),
    ("serial = 3", "serial = 3\nalgorithms = [\"rot13\"]", "3:15: algorithms[1]: got \"rot13\"", "one of"),
    ("serial = 3", "serial = 3\nalgorithms = []", "3:14: algorithms: got an empty list", "at least one algorithm"),
    (
        "serial = 3",
        "serial = 3\nalgorithms = [\"ed25519\", \"ed25519\"]",
        "3:26: algorithms[2]: got \"ed25519\"",
        "each value once",
    ),
    ("\"demo\"]", "\"demo\"]\nrecord-signers = 0", "9:18: device[1].record-signers: got 0", "from 1 to 9"),
    ("\"demo\"]", "\"demo\"]\napprovals = 2", "9:13: device[1].approvals: got 2", "a table"),
    (
        "\"demo\"]",
        "\"demo\"]\napprovals = { QA = 2 }",
        "9:15: device[1].approvals.QA: got a key that is no role",
        "lowercase letters",
    ),
    (
        "\"demo\"]",
        "\"demo\"]\napprovals = { reviewer = 10 }",
        "9:26: device[1].approvals.reviewer: got 10",
        "from 1 to 9",
    ),
    (
        "\"demo\"]",
        "\"demo\"]\napprovals = { authoriser = 2 }",
        "9:28: device[1].approvals.authoriser: got 2",
        "expected 1",
    ),
    (
        "roles = [\"reviewer\"]",
        "deputy-for = [\"Release Manager (example)\"]",
        "30:15: person[2].deputy-for[1]: got a deputy without both valid-from and valid-until",
        "both days for a deputy",
    ),
    (
        "roles = [\"reviewer\"]",
        "deputy-for = [{ name = \"Nobody\", valid-from = 2026-01-01, valid-until = 2026-02-01 }]",
        "30:15: person[2].deputy-for[1]: got \"Nobody\", who is not in the roster",
        "another [[person]]",
    ),
    (
        "roles = [\"reviewer\"]",
        "deputy-for = [{ name = \"Reviewer (example)\", valid-from = 2026-01-01, valid-until = 2026-02-01 }]",
        "30:15: person[2].deputy-for[1]: got \"Reviewer (example)\", the person's own name",
        "another [[person]]",
    ),
    (
        "roles = [\"reviewer\"]",
        "deputy-for = [{ name = \"Release Manager (example)\", valid-from = 2026-01-01 }]",
        "30:15: person[2].deputy-for[1]: got a deputy without both",
        "both days",
    ),
    ("roles = [\"reviewer\"]", "deputy-for = []", "30:14: person[2].deputy-for: got an empty list", "printed name"),
    ("\"release pipeline\"", "\"\"", "10:8: signer[1].name: got \"\"", "visible"),
    ("\"record\"]", "\"everything\"]", "11:35: signer[1].may-sign[3]: got \"everything\"", "\"provenance\""),
    ("\"record\"]", "\"sbom\"]", "11:35: signer[1].may-sign[3]: got \"sbom\"", "each value once"),
    (
        "may-sign = [\"tests\"]",
        "may-sign = []",
        "16:12: signer[2].may-sign: got an empty list",
        "at least one statement kind",
    ),
    ("may-sign = [\"tests\"]\n", "", "14:1: signer[2].may-sign: got nothing", "statement kinds"),
    ("key-file = \"pipeline.pub\"\n", "", "9:1: signer[1].key: got neither key nor key-file", "one of the two"),
    (
        "key-file = \"pipeline.pub\"",
        "key-file = \"pipeline.pub\"\nkey = \"x\"",
        "12:12: signer[1].key-file: got both",
        "one of the two",
    ),
    (
        "\"pipeline.pub\"",
        "\"absent.pub\"",
        "12:12: signer[1].key-file: got a file that cannot be read (reading absent.pub failed)",
        "readable",
    ),
    ("\"pipeline.pub\"", "\"binary.pub\"", "12:12: signer[1].key-file: got a file that is not text", "PEM"),
    ("\"pipeline.pub\"", "\"private.pem\"", "12:12: signer[1].key-file: got a private key (not shown)", "public key"),
    ("key-file = \"pipeline.pub\"", "key = \"hunter2\"", "12:7: signer[1].key: got something else (not shown)", "PEM"),
    ("key-file = \"pipeline.pub\"", "key = 7", "12:7: signer[1].key: got a value of type integer", "PEM"),
    (
        "valid-from = 2026-01-01\n[[signer]]",
        "valid-from = \"2026-01-01\"\n[[signer]]",
        "13:14: signer[1].valid-from: got \"2026-01-01\"",
        "without quotes",
    ),
    (
        "valid-until = 2027-12-31",
        "valid-until = 2025-12-31",
        "27:15: person[1].valid-until: got 2025-12-31",
        "on or after valid-from, 2026-01-01",
    ),
    ("revoked = 2027-06-01", "revoked = true", "32:11: person[2].revoked: got true", "a date"),
    ("\"Reviewer (example)\"", "\"release manager (EXAMPLE)\"", "29:8: person[2].name: got", "each value once"),
    ("\"Reviewer (example)\"", "\"Release pipeline\"", "29:8: person[2].name: got", "each value once"),
    (
        "\"Reviewer (example)\"",
        "\"FILL IN: name\"",
        "29:8: person[2].name: got a value marked FILL IN",
        "without the mark",
    ),
    ("roles = [\"reviewer\"]", "roles = []", "30:9: person[2].roles: got an empty list", "at least one role"),
    ("roles = [\"reviewer\"]", "roles = [\"QA lead\"]", "30:10: person[2].roles[1]: got \"QA lead\"", "a role"),
    ("roles = [\"reviewer\"]", "roles = [\"a\", \"a\"]", "30:15: person[2].roles[2]: got \"a\"", "each value once"),
    ("roles = [\"reviewer\"]\n", "", "28:1: person[2].roles: got nothing", "a list of roles"),
    ("no-trusted-time = true", "no-trusted-time = 1", "34:19: unsafe.no-trusted-time: got 1", "true or false"),
    (
        "no-trusted-time = true",
        "no-stamps = true",
        "34:1: unsafe.no-stamps: got an unknown key",
        "one of no-trusted-time, no-human-release",
    ),
];

fn refusal(text: &str) -> String {
    let errors = parse_trust(text).err().unwrap_or_else(|| panic!("accepted:\n{text}"));
    assert!(errors.hint().is_some());
    errors.to_string()
}

#[test]
fn rejects_each_bad_trust_file_and_points_at_it() {
    let mut missed = Vec::new();
    for (from, to, beginning, fragment) in CASES {
        let message = refusal(&altered(&trust(), from, to));
        let prefix = format!("trust.toml:{beginning}");
        if !message.lines().any(|line| line.starts_with(&prefix) && line.contains(fragment)) {
            missed.push(format!(
                "{to:?}: expected {prefix:?} with {fragment:?}, got:
{message}"
            ));
        }
        assert!(!message.contains("hunter2"), "a secret was shown: {message}");
    }
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}

#[test]
fn a_draft_is_refused_and_says_so() {
    let errors = parse_trust(&altered(&trust(), "serial = 3", "draft = true")).unwrap_err();
    assert!(errors.is_draft);
    assert_eq!(errors.problems.len(), 1);
    assert!(errors.to_string().starts_with("trust.toml:2:9: draft: got true (a draft trust file)"), "{errors}");
    assert!(errors.hint().unwrap().contains("remove draft = true"));
    assert!(!parse_trust(&altered(&trust(), "serial = 3", "serial = -3")).unwrap_err().is_draft);
}

#[test]
fn rejects_a_trust_file_without_device_or_signer() {
    let text = trust();
    let (head, rest) = text.split_once("[[device]]").unwrap();
    let (device, rest) = rest.split_once("[[signer]]").unwrap();
    let (_, person) = rest.split_once("[[person]]").unwrap();
    let without_signer = refusal(&format!("{head}[[device]]{device}[[person]]{person}"));
    assert!(without_signer.contains("signer: got nothing, expected at least one [[signer]]"), "{without_signer}");
    let without_device = refusal(&format!("{head}[[signer]]{rest}"));
    assert!(without_device.contains("device: got nothing, expected at least one [[device]]"), "{without_device}");
    let empty = refusal(&format!("person = []\n{text}").replace("[[person]]", "[[signer]]"));
    assert!(empty.contains("1:10: person: got an empty list"), "{empty}");
}

#[test]
fn rejects_the_same_device_or_policy_twice() {
    let again = format!(
        "[[device]]\nname = \"Infusion-Pump-Controller\"\nfacts = {{ safety-class = \"A\", cyber-device = true, \
         life-supporting = true, implantable = false, finished = true }}\npolicies = [\"{DIGEST}\", \"{DIGEST}\"]\n"
    );
    let message = refusal(&format!("{}{again}", trust()));
    assert!(message.contains("device[2].policies[2]: got"), "{message}");
    let message = refusal(&format!("{}{}", trust(), again.replace(&format!(", \"{DIGEST}\""), "")));
    assert!(
        message.contains("device[2].name: got \"Infusion-Pump-Controller\", expected each value once"),
        "{message}"
    );
}

#[test]
fn no_key_serves_twice_in_any_form() {
    for (from, to, expected) in [
        (ssh(4), ssh(3), "person[2].ssh-keys[1]: got the key of person[1].ssh-key again"),
        (ssh(3), ssh(1), "person[1].ssh-key: got the key of signer[1].key-file again"),
        (pem(2), pem(1), "signer[2].key: got the key of signer[1].key-file again"),
    ] {
        let message = refusal(&altered(&trust(), &from, &to));
        assert!(message.contains(expected), "expected {expected:?}, got:\n{message}");
    }
    let (ssh_of_key, pem_of_key) = p256_key(9);
    let text = altered(&altered(&trust(), &pem(2), &pem_of_key), &ssh(4), &ssh_of_key);
    let message = refusal(&text);
    assert!(message.contains("person[2].ssh-keys[1]: got the key of signer[2].key again"), "{message}");
}

#[test]
fn rejects_keys_of_other_kinds_with_the_reason() {
    let weak = {
        let key = ssh_key::public::Ed25519PublicKey([0; 32]);
        ssh_key::PublicKey::new(key.into(), "").to_openssh().unwrap()
    };
    let with_options = format!("command=\\\"x\\\" {}", ssh(9));
    for (key, reason) in [
        ("ssh-rsa AAAAB3NzaC1yc2E=", "an RSA key"),
        ("ssh-dss AAAAB3NzaC1kc3M=", "a DSA key"),
        ("ecdsa-sha2-nistp521 AAAA", "an ECDSA P-521 key"),
        ("sk-ssh-ed25519@openssh.com AAAA", "a FIDO security key"),
        ("ssh-ed25519-cert-v01@openssh.com AAAA", "an OpenSSH certificate"),
        ("ssh-ed25519 AAAA", "something else"),
        ("", "something else"),
        (weak.as_str(), "a key whose point is not accepted"),
        (with_options.as_str(), "something else"),
    ] {
        let message = refusal(&altered(&trust(), &ssh(3), key));
        assert!(message.starts_with(&format!("trust.toml:25:11: person[1].ssh-key: got {reason}")), "{key}: {message}");
        assert!(message.contains("ssh-ed25519, ecdsa-sha2-nistp256"), "{message}");
    }
    // A blob of another type behind an accepted name is no way in.
    let disguised = ssh(3).replace("ssh-ed25519", "ecdsa-sha2-nistp256");
    assert!(refusal(&altered(&trust(), &ssh(3), &disguised)).contains("person[1].ssh-key"));
}

#[test]
fn rejects_ssh_key_and_ssh_keys_together_or_neither() {
    let line = format!("ssh-key = \"{}\"\n", ssh(3));
    let message = refusal(&altered(&trust(), &line, ""));
    assert!(message.contains("22:1: person[1].ssh-key: got neither ssh-key nor ssh-keys"), "{message}");
    let message = refusal(&altered(&trust(), &line, &format!("{line}ssh-keys = []\n")));
    assert!(message.contains("26:12: person[1].ssh-keys: got both ssh-key and ssh-keys"), "{message}");
}

#[test]
fn a_deputy_has_the_roles_of_others_for_a_time_and_perhaps_own_ones() {
    let own = altered(
        &trust(),
        "valid-until = 2027-12-31",
        "valid-until = 2027-12-31\ndeputy-for = [\"Reviewer (example)\"]",
    );
    let [manager, _] = &parse_trust(&own).unwrap().persons[..] else { panic!("two persons") };
    assert_eq!(manager.deputy_for[0].name, "Reviewer (example)");
    assert_eq!(manager.deputy_for[0].window, manager.window);
    assert_eq!(manager.roles.len(), 1);
    let table =
        "deputy-for = [{ name = \"Release Manager (example)\", valid-from = 2026-08-01, valid-until = 2026-08-14 }]";
    let [_, deputy] = &parse_trust(&altered(&trust(), "roles = [\"reviewer\"]", table)).unwrap().persons[..] else {
        panic!("two persons")
    };
    assert!(deputy.roles.is_empty());
    assert_eq!(deputy.deputy_for[0].window.refusal("2026-08-07"), None);
    assert!(deputy.deputy_for[0].window.refusal("2026-08-15").is_some());
    // Whoever has nothing but the roles of others cannot be deputised for.
    let chain = altered(&own, "roles = [\"reviewer\"]", table);
    let message = refusal(&chain);
    assert!(
        message.contains("person[1].deputy-for[1]: got \"Reviewer (example)\", who has no role of their own"),
        "{message}"
    );
}

#[test]
fn counts_and_algorithms_have_defaults_and_are_read() {
    let plain = parse_trust(&trust()).unwrap();
    assert!(plain.algorithms.is_whole());
    assert_eq!((plain.devices[0].record_signers, plain.devices[0].approvals.len()), (1, 0));
    assert_eq!(plain.signers[0].counted(), "release pipeline");
    let text = altered(&trust(), "serial = 3", "serial = 3\nalgorithms = [\"ed25519\", \"ml-dsa-65\"]");
    let text =
        altered(&text, "\"demo\"]", "\"demo\"]\nrecord-signers = 2\napprovals = { reviewer = 2, authoriser = 1 }");
    let text = altered(&text, "name = \"test bench\"", "name = \"test bench\"\ncounts-as = \"release pipeline\"");
    let read = parse_trust(&text).unwrap();
    assert_eq!(read.algorithms.words(), ["ed25519", "ml-dsa-65"]);
    assert_eq!(read.devices[0].record_signers, 2);
    let counts: Vec<_> = read.devices[0].approvals.iter().map(|(role, count)| (role.as_str(), *count)).collect();
    assert_eq!(counts, [("authoriser", 1), ("reviewer", 2)]);
    assert_eq!(read.counted("test bench"), "release pipeline");
}
