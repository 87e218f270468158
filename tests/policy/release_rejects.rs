//! What a `batchseal.toml` may not say, and where each message points.

use batchseal::model::hint::Hint;

use crate::fixtures::{POLICY, altered, parse_policy};

/// (what to change, into what, the beginning of the message behind `batchseal.toml:`, a fragment of it)
const CASES: &[(&str, &str, &str, &str)] = &[
    ("schema = 1\n", "", "1:1: schema: got nothing", "expected 1"),
    ("schema = 1", "schema = 2", "1:10: schema: got 2", "expected 1"),
    ("schema = 1", "schema = \"1\"", "1:10: schema: got \"1\"", "expected 1"),
    ("schema = 1", "schema = 1\nversion = 3", "2:1: version: got an unknown key", "expected one of schema, device"),
    ("schema = 1", "schema = ", "1:10: schema: got malformed TOML", "expected"),
    ("schema = 1", "schema = 1\nschema = 1", "2:1: schema: got a key that is given twice", "each key once"),
    ("[device]\n", "[device]\n[device]\n", "3:2: device: got a key that is given twice", "each key once"),
    (
        "finished = true",
        "finished = true\nfinished = true",
        "7:1: device.finished: got a key that is given twice",
        "each key once",
    ),
    ("name = \"infusion-pump-controller\"\n", "", "2:1: device.name: got nothing", "file-name-safe"),
    ("\"infusion-pump-controller\"", "\"../pump\"", "3:8: device.name: got \"../pump\"", "file-name-safe"),
    ("\"infusion-pump-controller\"", "7", "3:8: device.name: got 7", "file-name-safe"),
    ("\"Example Devices (demo)\"", "\"\"", "4:16: device.manufacturer: got \"\"", "visible characters"),
    ("\"Example Devices (demo)\"", "\" Example\"", "4:16: device.manufacturer: got \" Example\"", "without spaces"),
    (
        "\"Example Devices (demo)\"",
        "\"Ex\\u202Eample\"",
        "4:16: device.manufacturer: got \"Ex\\u{202e}ample\"",
        "visible",
    ),
    ("\"Example Devices (demo)\"", "[]", "4:16: device.manufacturer: got an empty list", "expected a string"),
    (
        "safety-class = \"C\"",
        "safety-class = \"D\"",
        "5:16: device.safety-class: got \"D\"",
        "expected one of \"A\", \"B\", \"C\"",
    ),
    ("safety-class = \"C\"", "safety-class = \"c\"", "5:16: device.safety-class: got \"c\"", "expected one of"),
    (
        "safety-class = \"C\"",
        "safety-class = \"FILL IN\"",
        "5:16: device.safety-class: got \"FILL IN\"",
        "expected one of",
    ),
    ("finished = true", "finished = \"yes\"", "6:12: device.finished: got \"yes\"", "true or false"),
    ("cyber-device = true\n", "", "2:1: device.cyber-device: got nothing", "true or false"),
    (
        "life-supporting = true",
        "life-suporting = true",
        "8:1: device.life-suporting: got an unknown key",
        "life-supporting",
    ),
    ("\"MDF-0001 rev 3\"", "3", "10:7: device.mdf: got 3", "expected a string"),
    ("2036-12-31", "2036-02-30", "11:15: device.support-end: got malformed TOML (invalid date)", "expected day"),
    ("2036-12-31", "\"2036-12-31\"", "11:15: device.support-end: got \"2036-12-31\"", "without quotes"),
    (
        "2036-12-31",
        "2036-12-31T00:00:00Z",
        "11:15: device.support-end: got 2036-12-31T00:00:00Z",
        "a date without quotes",
    ),
    ("2036-12-31", "07:32:00", "11:15: device.support-end: got 07:32:00", "a date without quotes"),
    ("\"embedded\"", "\"firmware\"", "12:17: device.udi.scope: got \"firmware\"", "\"samd\", \"embedded\", \"none\""),
    ("\"embedded\"", "\"none\"", "12:30: device.udi.di: got \"00860000000109\"", "no device identifier"),
    (", di = \"00860000000109\"", "", "12:7: device.udi.di: got nothing", "a device identifier"),
    ("\"00860000000109\"", "\"00860000000108\"", "12:34: device.udi.di: got \"00860000000108\"", "it would be 9"),
    ("\"00860000000109\"", "\"860000000109\"", "12:34: device.udi.di: got \"860000000109\"", "14 digits"),
    ("\"00860000000109\"", "860000000109", "12:34: device.udi.di: got 860000000109", "as text"),
    ("\"00860000000109\"", "\"a b\"", "12:34: device.udi.di: got \"a b\"", "device identifier"),
    ("udi = { scope", "udi = { kind = 1, scope", "12:9: device.udi.kind: got an unknown key", "one of scope, di"),
    ("\"v{version}\"", "\"v1\"", "14:7: release.tag: got \"v1\"", "{version} exactly once"),
    ("\"v{version}\"", "\"{version}-{version}\"", "14:7: release.tag: got", "{version} exactly once"),
    ("\"v{version}\"", "\"-{version}\"", "14:7: release.tag: got", "{version} exactly once"),
    (
        "purpose = \"demo\"",
        "purpose = \"test\"",
        "15:11: release.purpose: got \"test\"",
        "\"production\", \"training\", \"demo\"",
    ),
    ("purpose = \"demo\"\n", "", "13:1: release.purpose: got nothing", "\"production\""),
    ("first-release = true", "first-release = 1", "16:17: release.first-release: got 1", "true or false"),
    ("\"release/1.x\"", "\"a..b\"", "17:21: release.branches[2]: got \"a..b\"", "a branch name"),
    ("\"release/1.x\"", "\"main\"", "17:21: release.branches[2]: got \"main\"", "each value once"),
    ("[\"main\", \"release/1.x\"]", "[]", "17:12: release.branches: got an empty list", "at least one"),
    (
        "[\"reviewer\", \"authoriser\"]",
        "[\"reviewer\"]",
        "18:13: release.approvals: got a list without \"authoriser\"",
        "authorises release",
    ),
    ("[\"reviewer\", \"authoriser\"]", "[]", "18:13: release.approvals: got an empty list", "authoriser"),
    (
        "[\"reviewer\", \"authoriser\"]",
        "[\"authoriser\", \"authoriser\"]",
        "18:28: release.approvals[2]: got \"authoriser\"",
        "each value once",
    ),
    ("\"reviewer\"", "\"Reviewer\"", "18:14: release.approvals[1]: got \"Reviewer\"", "lowercase"),
    ("\"reviewer\"", "true", "18:14: release.approvals[1]: got true", "a role"),
    (
        "name = \"boot.bin\"",
        "name = \"PUMPCTL-LINUX\"",
        "21:34: release.artifacts[2].name: got \"PUMPCTL-LINUX\"",
        "artifact 1 has it",
    ),
    ("\"fw/boot.bin\"", "\"target/release/pumpctl\"", "21:12: release.artifacts[2].path: got", "artifact 1 has it"),
    (
        "\"fw/boot.bin\"",
        "\"/fw/boot.bin\"",
        "21:12: release.artifacts[2].path: got \"/fw/boot.bin\"",
        "relative to the repository",
    ),
    ("\"fw/boot.bin\"", "\"fw/../../boot.bin\"", "21:12: release.artifacts[2].path: got", "without '..'"),
    ("\"fw/boot.bin\"", "'fw\\boot.bin'", "21:12: release.artifacts[2].path: got \"fw\\boot.bin\"", "with '/'"),
    ("path = \"fw/boot.bin\", ", "", "21:3: release.artifacts[2].path: got nothing", "relative"),
    ("name = \"boot.bin\"", "name = \"con\"", "21:34: release.artifacts[2].name: got \"con\"", "file-name-safe"),
    (
        "name = \"boot.bin\"",
        "name = \"Batch.json\"",
        "21:34: release.artifacts[2].name: got \"Batch.json\"",
        "batch.json is a subject",
    ),
    (
        "built-elsewhere = true",
        "built-elsewhere = \"no\"",
        "21:64: release.artifacts[2].built-elsewhere: got \"no\"",
        "true or false",
    ),
    ("\"x86_64-unknown-linux-gnu\"", "\"-x\"", "20:71: release.artifacts[1].target: got \"-x\"", "a name"),
    (
        "packages = [\"pumpctl\"]",
        "packages = []",
        "24:12: release.cargo.packages: got an empty list",
        "at least one package",
    ),
    (
        "packages = [\"pumpctl\"]",
        "packages = [\"--config\"]",
        "24:13: release.cargo.packages[1]: got \"--config\"",
        "a name",
    ),
    (
        "packages = [\"pumpctl\"]",
        "packages = [\"a\", \"a\"]",
        "24:18: release.cargo.packages[2]: got \"a\"",
        "each value once",
    ),
    (
        "no-default-features = true",
        "all-features = true",
        "26:12: release.cargo.features: got features beside all-features",
        "one of the two",
    ),
    (
        "manifest = \"Cargo.toml\"",
        "manifest = \"fw/Makefile\"",
        "28:12: release.cargo.manifest: got \"fw/Makefile\"",
        "ends in Cargo.toml",
    ),
    (
        "[signing]",
        "[release.sbom]\nlockfiles = [\"ui/package-lock.json\", \"../x/yarn.lock\"]\n[signing]",
        "30:38: release.sbom.lockfiles[2]: got \"../x/yarn.lock\"",
        "a path relative to the repository root",
    ),
    (
        "[signing]",
        "[release.sbom]\nimports = [\"a.json\", \"a.json\"]\n[signing]",
        "30:22: release.sbom.imports[2]: got \"a.json\"",
        "each value once",
    ),
    (
        "[signing]",
        "[release.sbom]\nsuport = \"support.toml\"\n[signing]",
        "30:1: release.sbom.suport: got an unknown key",
        "support",
    ),
    (
        "[signing]",
        "[release.sbom]\ncomponents = 3\n[signing]",
        "30:14: release.sbom.components: got 3",
        "a path relative",
    ),
    ("profile = \"release\"", "profile = \"a b\"", "25:11: release.cargo.profile: got \"a b\"", "a name"),
    (
        "key = \"env:BATCHSEAL_KEY\"\n",
        "",
        "29:1: signing.key: got nothing",
        "env:NAME, file:PATH, pkcs11:URI, a program, or a table keyless",
    ),
    (
        "\"env:BATCHSEAL_KEY\"",
        "\"hunter2-secret\"",
        "30:7: signing.key: got a value of another form (not shown)",
        "never the key itself",
    ),
    (
        "\"env:BATCHSEAL_KEY\"",
        "\"env:NOT A NAME\"",
        "30:7: signing.key: got a value of another form (not shown)",
        "env:NAME",
    ),
    ("\"env:BATCHSEAL_KEY\"", "\"file:\"", "30:7: signing.key: got a value of another form (not shown)", "file:PATH"),
    ("\"env:BATCHSEAL_KEY\"", "12345", "30:7: signing.key: got a value of type integer", "env:NAME"),
    (
        "\"env:BATCHSEAL_PASSPHRASE\"",
        "\"hunter2\"",
        "31:14: signing.passphrase: got a value of another form (not shown)",
        "expected env:NAME",
    ),
    (
        "\"env:BATCHSEAL_PASSPHRASE\"",
        "\"env:BATCHSEAL_KEY\"",
        "31:14: signing.passphrase: got \"env:BATCHSEAL_KEY\"",
        "another variable",
    ),
    (
        "\"fda-2026\"",
        "\"fda-2025\"",
        "33:18: gate.sbom-profiles[1]: got \"fda-2025\"",
        "\"fda-2026\", \"cisa-2026\", \"ntia-2021\", \"imdrf-n73\"",
    ),
    ("[gate]", "[gate]\nsoup-review-days = 0", "33:20: gate.soup-review-days: got 0", "from 1 to 3650"),
    ("[gate]", "[gate]\nadvisory-days = 366", "33:17: gate.advisory-days: got 366", "from 1 to 365"),
    ("[gate]", "[gate]\nkev-days = \"14\"", "33:12: gate.kev-days: got \"14\"", "from 1 to 365"),
    ("[gate]", "[gate]\nseverity-threshold = \"0.0\"", "33:22: gate.severity-threshold: got \"0.0\"", "a CVSS score"),
    ("[gate]", "[gate]\nseverity-threshold = 7.0", "33:22: gate.severity-threshold: got 7", "a CVSS score"),
    ("[gate]", "[gate]\nseverity-threshold = \"high\"", "33:22: gate.severity-threshold: got \"high\"", "a CVSS score"),
    ("[\"fda-2026\"]", "[]", "33:17: gate.sbom-profiles: got an empty list", "at least one SBOM profile"),
    (
        "[\"fda-2026\"]",
        "[\"fda-2026\"]\nsuites = []",
        "34:10: gate.suites: got an empty list",
        "at least one test suite",
    ),
    (
        "[\"fda-2026\"]",
        "[\"fda-2026\"]\nsuites = [\"unit\", \"unit\"]",
        "34:19: gate.suites[2]: got \"unit\"",
        "each value once",
    ),
    (
        "[\"fda-2026\"]",
        "[\"fda-2026\"]\nsuites = [\"Unit tests\"]",
        "34:11: gate.suites[1]: got \"Unit tests\"",
        "lowercase words joined by hyphens",
    ),
    (
        "first-release = true",
        "first-release = true\nconfidential = \"yes\"",
        "17:16: release.confidential: got \"yes\"",
        "true or false",
    ),
    ("RG-14 = \"block\"", "RG-46 = \"block\"", "35:1: gate.severity.RG-46: got an unknown check id", "RG-01 to RG-45"),
    ("RG-14 = \"block\"", "RG-1 = \"block\"", "35:1: gate.severity.RG-1: got an unknown check id", "RG-01 to RG-45"),
    ("RG-14 = \"block\"", "\"\" = \"block\"", "35:1: gate.severity.\"\": got an unknown check id", "RG-01 to RG-45"),
    ("RG-14 = \"block\"", "RG-14 = \"info\"", "35:9: gate.severity.RG-14: got \"info\"", "\"warn\", \"block\""),
    (
        "\"CC\"",
        "\"CC=gcc\"",
        "37:16: build.environment[1]: got no name of an environment variable (not shown)",
        "without a value",
    ),
    ("\"CC\"", "\"BATCHSEAL_KEY\"", "37:16: build.environment[1]: got \"BATCHSEAL_KEY\"", "signing key"),
    ("\"CC\"", "\"GITHUB_TOKEN\"", "37:16: build.environment[1]: got \"GITHUB_TOKEN\"", "secret"),
    ("\"CC\"", "\"SOURCE_DATE_EPOCH\"", "37:37: build.environment[2]: got \"SOURCE_DATE_EPOCH\"", "each value once"),
    ("[build]\nenvironment", "[build]\nenv", "37:1: build.env: got an unknown key", "expected environment"),
    ("\"pkg:cargo/serde*\"", "\"cargo/serde*\"", "39:8: supplier[1].purl: got \"cargo/serde*\"", "package URL"),
    ("\"pkg:cargo/serde*\"", "\"pkg:cargo/old\"", "42:8: supplier[2].purl: got \"pkg:cargo/old\"", "each value once"),
    (
        "name = \"serde-rs developers\"\n",
        "",
        "38:1: supplier[1].name: got neither name nor unknown-because",
        "one of the two",
    ),
    (
        "unknown-because = ",
        "name = \"x\"\nunknown-because = ",
        "41:1: supplier[2].name: got name and unknown-because",
        "one of the two",
    ),
    (
        "[[supplier]]\npurl = \"pkg:cargo/serde*\"",
        "[supplier]\npurl = \"pkg:cargo/serde*\"",
        "41:3: supplier: got a key that is given twice",
        "each key once",
    ),
    ("[signing]", "[signing", "29:9: file: got malformed TOML", "expected `]`"),
    ("[gate]", "# -----BEGIN EC PRIVATE KEY-----\n[gate]", "32:3: file: got a private key (not shown)", "no secret"),
];

#[test]
fn rejects_each_bad_policy_and_points_at_it() {
    let mut missed = Vec::new();
    for (from, to, beginning, fragment) in CASES {
        let text = altered(POLICY, from, to);
        let errors = parse_policy(&text).err().unwrap_or_else(|| panic!("{to:?} was accepted"));
        let message = errors.to_string();
        let prefix = format!("batchseal.toml:{beginning}");
        if !message.lines().any(|line| line.starts_with(&prefix) && line.contains(fragment)) {
            missed.push(format!(
                "{to:?}: expected {prefix:?} with {fragment:?}, got:
{message}"
            ));
        }
        assert!(!message.contains("hunter2"), "a secret was shown: {message}");
        assert!(errors.hint().is_some_and(|hint| hint.contains("batchseal.toml")), "{message}");
    }
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
    assert!(CASES.len() >= 60, "{}", CASES.len());
}

#[test]
fn one_mistake_gives_one_line() {
    for (from, to) in [
        ("safety-class = \"C\"", "safety-class = \"D\""),
        ("name = \"infusion-pump-controller\"\n", ""),
        ("\"env:BATCHSEAL_KEY\"", "\"x\""),
        ("[[supplier]]\npurl = \"pkg:cargo/old\"\n", "[[supplier]]\n"),
    ] {
        let errors = parse_policy(&altered(POLICY, from, to)).unwrap_err();
        assert_eq!(errors.problems.len(), 1, "{errors}");
    }
}

#[test]
fn lists_all_problems_of_a_file_in_file_order() {
    let text = altered(POLICY, "safety-class = \"C\"", "safety-class = \"D\"");
    let text = altered(&text, "purpose = \"demo\"", "purpose = 1");
    let text = altered(&text, "\"fda-2026\"", "\"x\"");
    let text = altered(&text, "schema = 1", "schema = 1\nextra = 1");
    let errors = parse_policy(&text).unwrap_err();
    let lines: Vec<usize> = errors.problems.iter().map(|problem| problem.place.line).collect();
    assert_eq!(lines, [2, 6, 16, 34], "{errors}");
    assert!(!errors.is_draft && errors.further == 0);
}

#[test]
fn a_table_given_twice_is_named_in_full() {
    let message = parse_policy(&format!("{POLICY}[release.cargo]\n")).unwrap_err().to_string();
    let expected = "batchseal.toml:44:10: release.cargo: got a key that is given twice";
    assert!(message.starts_with(expected), "{message}");
}

#[test]
fn lists_several_syntax_errors() {
    let text = altered(POLICY, "finished = true", "finished = maybe");
    let text = altered(&text, "implantable = false", "implantable = perhaps");
    let errors = parse_policy(&text).unwrap_err();
    let keys: Vec<&str> = errors.problems.iter().map(|problem| problem.key.as_str()).collect();
    assert!(keys.contains(&"device.finished") && keys.contains(&"device.implantable"), "{errors}");
}
