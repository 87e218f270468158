//! Projects with and without installed libraries.

use super::{MANIFEST, read};
use crate::sbom::source::{Files, Resolution, SourceError};

const ASKED: &str = "[platformio]\ndefault_envs = uno\n[env]\nplatform = atmelavr@4.2.0\n[common]\nlibs =\n  bblanchon/ArduinoJson @ ^7.0.4 ; why\n\
    \n  # none\n  SPI\n[env:uno]\nlib_deps =\n  ${common.libs}\n  https://github.com/Owner/Gamma.git#v2\n  local=symlink://../x\n[env:due]\nextends = env:uno\n";

fn piopm(name: &str, version: &str, spec: &str) -> String {
    format!(r#"{{"type":"library","name":"{name}","version":"{version}","spec":{{{spec}}}}}"#)
}

fn installed(manifest: &str) -> Files {
    let mut files = Files::from([(MANIFEST.to_owned(), manifest.as_bytes().to_vec())]);
    for environment in ["uno", "due"] {
        let json = piopm(
            "ArduinoJson",
            "7.0.4",
            r#""owner":"bblanchon","id":64,"name":"ArduinoJson","requirements":"^7.0.4","uri":null"#,
        );
        let gamma =
            piopm("Gamma", "2.0.0+sha.1123242", r#""name":"Gamma","uri":"git+https://github.com/Owner/Gamma.git#v2""#);
        for (path, text) in [
            ("ArduinoJson/.piopm", json.as_str()),
            ("ArduinoJson/library.json", r#"{"name":"ArduinoJson","license":"MIT"}"#),
            ("Gamma/.git/.piopm", &gamma),
            ("Gamma/.git/HEAD", "ref: refs/heads/main\n"),
            ("Gamma/.git/refs/heads/main", "0123456789012345678901234567890123456789\n"),
            ("Gamma/library.json", r#"{"dependencies":[{"owner":"a","name":"Beta","version":"*"},{"name":"Wire"}]}"#),
            ("Beta/.piopm", &piopm("Beta", "1.0.0", r#""owner":"a","name":"Beta""#)),
            ("Beta/library.properties", "name=Beta\ndepends=ArduinoJson (>=7), SD\n"),
        ] {
            files.insert(format!(".pio/libdeps/{environment}/{path}"), text.as_bytes().to_vec());
        }
    }
    files
}

fn of(manifest: &str) -> Result<Resolution, SourceError> {
    read(&Files::from([(MANIFEST.to_owned(), manifest.as_bytes().to_vec())]), "app")
}

#[test]
fn installed_libraries_have_versions_and_edges() {
    let resolution = read(&installed(ASKED), "app").expect("reads");
    let reason = resolution.incomplete.clone().expect("incomplete");
    for part in ["SPI", "what local holds", "atmelavr@4.2.0"] {
        assert!(reason.contains(part), "{reason}");
    }
    let graph = resolution.graph(MANIFEST, &[], None).expect("graph");
    let (json, gamma) =
        ("pkg:generic/bblanchon/ArduinoJson@7.0.4", "pkg:github/owner/gamma@0123456789012345678901234567890123456789");
    assert!(graph.dependencies("pkg:generic/app").eq([json, gamma]));
    assert!(graph.dependencies(gamma).eq(["pkg:generic/a/Beta@1.0.0"]));
    assert!(graph.dependencies("pkg:generic/a/Beta@1.0.0").eq([json]));
    assert_eq!(graph.len(), 4);
}

#[test]
fn exact_pins_are_known_without_installed_libraries() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let pins = format!(
        "[env:a]\nlib_deps = o/One@1.2.3, Two@=2.0\n[env:b]\nlib_deps =\n  https://github.com/O/R.git#{commit}\n"
    );
    let resolution = of(&pins).expect("reads");
    let purls: Vec<&str> = resolution.packages.iter().map(|package| package.purl.as_str()).collect();
    assert_eq!(purls, ["pkg:generic/o/One@1.2.3", "pkg:generic/Two@2.0", &format!("pkg:github/o/r@{commit}")]);
    assert!(resolution.incomplete.expect("incomplete").contains("environment a need"));
    assert_eq!(of("[env:a]\nboard = uno\n").expect("nothing").incomplete, None);
}

#[test]
fn refuses_what_is_neither_pinned_nor_installed() {
    for entry in [
        "o/One@^1.2.3",
        "o/One@~1.2",
        "o/One",
        "One",
        "64",
        "o/One@1.x",
        "o/One@>=1,<2",
        "https://github.com/o/r.git#v1",
    ] {
        let error = of(&format!("[env:a]\nlib_deps = {entry}\n")).expect_err(entry).to_string();
        assert!(
            error.contains(entry) && error.contains("environment a") && error.contains("pio pkg install"),
            "{error}"
        );
    }
}

#[test]
fn refuses_installed_libraries_that_do_not_fit() {
    for (old, new) in [("^7.0.4", "^8.0.0"), ("^7.0.4", "7.0.5"), ("bblanchon/ArduinoJson", "o/Other"), ("#v2", "#v3")]
    {
        let error = read(&installed(&ASKED.replace(old, new)), "app").expect_err(new);
        assert!(matches!(error, SourceError::OutOfStep { .. }), "{error}");
    }
    for new in ["~7.0", "7.0.4", ">=7, <8", "*", "=7.0.4"] {
        assert!(read(&installed(&ASKED.replace("^7.0.4", new)), "app").is_ok(), "{new}");
    }
}

#[test]
fn refuses_what_platformio_does_not_read() {
    for text in [
        "",
        "a = b\n",
        "  a\n",
        "[env:a\n",
        "[env:a]\n[env:a]\n",
        "[env:a]\nx = 1\nx = 2\n",
        "[env:a]\nlib_deps = ${none.x}\n",
        "[env:a]\nlib_deps = ${sysenv.X}\n",
        "[env:a]\nlib_deps = ${PROJECT_DIR}\n",
        "[env:a]\nlib_deps = ${this.lib_deps}\n",
        "[platformio]\nextra_configs = *.ini\n[env:a]\n",
    ] {
        assert!(matches!(of(text), Err(SourceError::Malformed { .. })), "{text}");
    }
    let mut bomb = "[env:a]\nlib_deps = ${x.a0}\n[x]\n".to_owned();
    for at in 0..15 {
        bomb.push_str(&format!("a{at} = {}\n", format!("${{x.a{}}}", at + 1).repeat(50)));
    }
    bomb.push_str("a15 =\n");
    assert!(matches!(of(&bomb), Err(SourceError::Malformed { .. })));
    assert!(of(&format!("[env:a]\nlib_deps =\n{}", " o/One@1.0.0\n".repeat(1001))).is_err());
    let mut files = installed(ASKED);
    files.insert(".pio/libdeps/uno/Beta/.piopm".to_owned(), b"{}".to_vec());
    assert!(matches!(read(&files, "app"), Err(SourceError::Malformed { .. })));
    assert!(matches!(read(&Files::new(), "app"), Err(SourceError::Absent(_))));
}
