//! `components.toml` and `support.toml`: what is accepted, and each refusal with its place.

use batchseal::policy::components::DeclaredComponents;
use batchseal::policy::error::PolicyErrors;
use batchseal::policy::support::SupportFile;
use batchseal::sbom::declared;

const COMPONENTS: &str = r#"schema = 1
[[component]]
name = "zlib"
version = "1.3.1"
kind = "library"
purl = "pkg:github/madler/zlib@1.3.1"
cpe = "cpe:2.3:a:zlib:zlib:1.3.1:*:*:*:*:*:*:*"
supplier = "zlib project"
licence = "Zlib"
description = "Compression"
source-url = "https://github.com/madler/zlib"
pedigree = "unchanged"
files = ["third_party/zlib/**", "!third_party/zlib/**/*.o"]
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
scope = "shipped"
depends-on = []
used-by = ["product"]
[[component]]
name = "FreeRTOS"
version = "11.1.0"
kind = "operating-system"
supplier-unknown-because = "taken over from a former project"
"#;

const SUPPORT: &str = r#"schema = 1
[[support]]
purl = "pkg:cargo/serde*"
supplier = "serde-rs developers"
level = "actively maintained"
end-of-support = 2030-06-30
justification = "answers within days"
replacement-plan = "SDP-12"
reviewed-by = "QA"
reviewed-on = 2026-01-02
[[support]]
purl = "pkg:generic/zlib"
level-unknown-because = "nobody answered"
end-unknown-because = "nobody answered"
reviewed-by = "QA"
reviewed-on = 2026-01-02
"#;

fn components(text: &str) -> Result<DeclaredComponents, PolicyErrors> {
    declared::parse(text.as_bytes(), "components.toml")
}

fn support(text: &str) -> Result<SupportFile, PolicyErrors> {
    SupportFile::parse(text.as_bytes(), "support.toml")
}

/// Line and key of the one problem.
fn place(errors: &PolicyErrors) -> (usize, &str) {
    assert_eq!(errors.problems.len(), 1, "{errors}");
    (errors.problems[0].place.line, &errors.problems[0].key)
}

#[test]
fn full_files_load() {
    let components = components(COMPONENTS).unwrap_or_else(|errors| panic!("{errors}")).components;
    assert_eq!(components[1].purl, "pkg:generic/FreeRTOS@11.1.0");
    assert_eq!(
        (components[1].depends_on.as_ref(), components[1].used_by.as_slice()),
        (None, &["product".to_owned()][..])
    );
    assert!(components[0].files[1].takes_out);
    let rules = support(SUPPORT).unwrap_or_else(|errors| panic!("{errors}")).rules;
    assert_eq!((rules.len(), rules[1].supplier.as_ref()), (2, None));
}

#[test]
fn refuses_components_with_line_and_key() {
    for (from, to, line, key) in [
        ("kind = \"library\"", "kind = \"lib\"", 5, "component[1].kind"),
        ("zlib@1.3.1\"\ncpe", "zlib@1.3\"\ncpe", 6, "component[1].purl"),
        ("pkg:github/madler", "PKG:github/madler", 6, "component[1].purl"),
        ("cpe:2.3:a:zlib:zlib:1.3.1:*", "cpe:2.3:a:zlib:zlib:1.3.1", 7, "component[1].cpe"),
        ("licence = \"Zlib\"", "licence = \"zlib terms\"", 9, "component[1].licence"),
        ("https://github", "git@github", 11, "component[1].source-url"),
        ("third_party/zlib/**\"", "../zlib/**\"", 13, "component[1].files[1]"),
        ("third_party/zlib/**\"", "third_party/zlib**\"", 13, "component[1].files[1]"),
        ("third_party/zlib/**\"", "third_party/z?ib\"", 13, "component[1].files[1]"),
        ("third_party/zlib/**\"", ".git/x\"", 13, "component[1].files[1]"),
        ("[\"third_party/zlib/**\", ", "[", 13, "component[1].files"),
        ("sha256 = \"00", "sha256 = \"0", 14, "component[1].sha256"),
        ("scope = \"shipped\"", "scope = \"required\"", 15, "component[1].scope"),
        ("used-by = [\"product\"]", "used-by = []", 17, "component[1].used-by"),
        (
            "supplier = \"zlib project\"\n",
            "supplier = \"zlib project\"\nsupplier-unknown-because = \"x\"\n",
            2,
            "component[1].supplier",
        ),
        ("supplier-unknown-because = \"taken over from a former project\"\n", "", 18, "component[2].supplier"),
        ("name = \"FreeRTOS\"", "name = \"FILL IN\"", 19, "component[2].name"),
        ("schema = 1", "schema = 2", 1, "schema"),
        ("pedigree", "patches", 12, "component[1].patches"),
    ] {
        assert!(COMPONENTS.contains(from), "{from}");
        let errors = components(&COMPONENTS.replace(from, to)).expect_err(to);
        assert_eq!(place(&errors), (line, key), "{errors}");
    }
    let twice = COMPONENTS.replace(
        "name = \"FreeRTOS\"\nversion = \"11.1.0\"",
        "name = \"z\"\nversion = \"1.3.1\"\npurl = \"pkg:github/madler/zlib@1.3.1\"",
    );
    assert_eq!(place(&components(&twice).expect_err("twice")).1, "component[2].purl");
    assert!(components("schema = 1\n").is_err());
}

#[test]
fn refuses_support_with_line_and_key() {
    for (from, to, line, key) in [
        ("\"actively maintained\"", "\"Actively maintained\"", 5, "support[1].level"),
        ("2030-06-30", "\"2030-06-30\"", 6, "support[1].end-of-support"),
        ("2030-06-30", "2030-02-30", 6, "file"),
        ("level = \"actively maintained\"\n", "", 2, "support[1].level"),
        ("level = \"a", "level-unknown-because = \"x\"\nlevel = \"a", 2, "support[1].level"),
        ("end-of-support = 2030-06-30\n", "", 2, "support[1].end-of-support"),
        (
            "end-unknown-because = \"nobody answered\"",
            "end-unknown-because = \"\"",
            14,
            "support[2].end-unknown-because",
        ),
        ("reviewed-by = \"QA\"\nreviewed-on = 2026-01-02\n[[", "reviewed-by = \"QA\"\n[[", 2, "support[1].reviewed-on"),
        ("pkg:generic/zlib", "zlib", 12, "support[2].purl"),
        ("pkg:generic/zlib", "pkg:cargo/serde*", 12, "support[2].purl"),
        ("\"SDP-12\"", "\"FILL IN\"", 8, "support[1].replacement-plan"),
        ("justification", "because", 7, "support[1].because"),
    ] {
        assert!(SUPPORT.contains(from), "{from}");
        let errors = support(&SUPPORT.replace(from, to)).expect_err(to);
        if key != "file" {
            assert_eq!(place(&errors), (line, key), "{errors}");
        }
    }
    let bare = "schema = 1\n[[support]]\npurl = \"pkg:cargo/a\"\n";
    assert_eq!(place(&support(bare).expect_err("bare")), (2, "support[1].purl"));
}

#[test]
fn many_patterns_are_refused_and_many_exact_rules_are_not() {
    let rules = |star: &str, count: usize| -> String {
        let rule = |index| format!("[[support]]\npurl = \"pkg:cargo/a{index}{star}\"\nsupplier = \"S\"\n");
        format!("schema = 1\n{}", (0..count).map(rule).collect::<String>())
    };
    assert_eq!(support(&rules("", 20_000)).map(|file| file.rules.len()).unwrap_or_default(), 20_000);
    assert_eq!(place(&support(&rules("*", 1_001)).expect_err("patterns")).1, "support");
}
