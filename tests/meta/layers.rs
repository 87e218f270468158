//! Layers look only down, IO lives in `adapters`, and only `commands` and `main` know clap.

use crate::sources::{code, files, read};

/// Layers by rank; those of one rank do not import one another.
const LAYERS: [(&str, u8); 12] = [
    ("model", 0),
    ("policy", 1),
    ("provenance", 2),
    ("sbom", 2),
    ("intake", 2),
    ("attestation", 2),
    ("gate", 3),
    ("evidence", 4),
    ("report", 5),
    ("adapters", 6),
    ("exit", 6),
    ("commands", 7),
];

/// Ways to reach the world by text; `.clippy.toml` refuses the calls, this also the imports.
const WORLD: [&str; 13] = [
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::os::",
    "std::io::std",
    "SystemTime",
    "Instant::now",
    "Zoned::now",
    "Timestamp::now",
    "tempfile::",
    "gix::",
    "rpassword::",
];

fn rank(layer: &str) -> Option<u8> {
    LAYERS.iter().find(|(name, _)| *name == layer).map(|(_, rank)| *rank)
}

fn layer_of(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    inside.split(['/', '.']).next().unwrap_or(inside)
}

/// First segments of every `crate::…` path, also of grouped imports `crate::{a::b, c}`.
fn imports(code: &str) -> Vec<String> {
    let mut layers = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => layers.extend(first_segments(group)),
            None => layers.push(segment(rest)),
        }
    }
    layers
}

fn segment(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Members at the outermost level of a group, up to its closing brace.
fn first_segments(group: &str) -> Vec<String> {
    let mut depth = 0_i32;
    let mut found = vec![segment(group)];
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => found.push(segment(&group[at + 1..])),
            _ => {}
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

/// What is wrong with a file, one line each.
fn violations(path: &str, text: &str) -> Vec<String> {
    let own = layer_of(path);
    let code = code(text);
    let mut found = Vec::new();
    if let Some(own_rank) = rank(own) {
        for import in imports(&code).iter().filter(|import| *import != own) {
            match rank(import) {
                Some(other) if other < own_rank => {}
                Some(_) => found.push(format!("{path} ({own}) imports {import}")),
                None => found.push(format!("{path} imports the unknown layer {import}")),
            }
        }
    }
    if !["commands", "main"].contains(&own) && code.contains("clap") {
        found.push(format!("{path} knows clap"));
    }
    let inert = code.replace("std::process::ExitCode", "");
    if own != "adapters" {
        for way in WORLD.iter().filter(|way| inert.contains(**way)) {
            found.push(format!("{path} touches the world: {way}"));
        }
    }
    found
}

#[test]
fn layers_look_only_down_and_io_stays_in_adapters() {
    let sources = files("src", &["rs"]);
    assert!(sources.len() > 40, "sources not found");
    let found: Vec<String> = sources.iter().flat_map(|path| violations(path, &read(path))).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_module_of_the_library_has_a_rank() {
    for line in read("src/lib.rs").lines().filter_map(|line| line.strip_prefix("pub mod ")) {
        let name = line.trim_end_matches(';');
        assert!(rank(name).is_some(), "{name} has no layer");
    }
}

#[test]
fn finds_upward_sideways_and_grouped_imports() {
    let bad = |path: &str, text: &str| violations(path, text).len();
    assert_eq!(bad("src/model/a.rs", "use crate::gate::check::Check;"), 1);
    assert_eq!(bad("src/sbom/a.rs", "use crate::intake::junit;"), 1);
    assert_eq!(bad("src/policy/a.rs", "use crate::{model::{batch, key}, gate, report::x};"), 2);
    assert_eq!(bad("src/gate/a.rs", "use crate::{model::{batch, key}, gate::check, policy};"), 0);
    assert_eq!(bad("src/gate/a.rs", "use crate::nowhere::X;"), 1);
    assert_eq!(
        bad("src/gate/a.rs", "// use crate::commands::X;\n#[cfg(test)]\nmod tests { use crate::commands::X; }"),
        0
    );
}

#[test]
fn finds_io_and_clap_outside_their_layer() {
    let bad = |path: &str, text: &str| violations(path, text).len();
    assert_eq!(bad("src/gate/a.rs", "let x = std::fs::read(p);"), 1);
    assert_eq!(bad("src/commands/a.rs", "use std::env;"), 1);
    assert_eq!(bad("src/adapters/a.rs", "use std::fs; use std::process::Command;"), 0);
    assert_eq!(bad("src/exit.rs", "impl From<X> for std::process::ExitCode {}"), 0);
    assert_eq!(bad("src/policy/a.rs", "#[derive(clap::ValueEnum)]"), 1);
    assert_eq!(bad("src/main.rs", "use clap::Parser;"), 0);
}
