//! What the child sees of this program and its surroundings.

use std::process::Command;

use batchseal::adapters::build::process::BuildError;
use batchseal::model::hint::Hint;

use crate::{alone, environment, run_with, shell, text};

#[test]
fn child_sees_exactly_the_allowed_environment() {
    let folder = tempfile::tempdir().unwrap();
    let given = [
        ("LC_ALL", "C"),
        ("SOURCE_DATE_EPOCH", "1"),
        ("SSH_AUTH_SOCK", "/tmp/agent.1"),
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://id.example"),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "request-token"),
        ("SIGSTORE_ID_TOKEN", "id-token-value"),
        ("BATCHSEAL_KEY", "key-material"),
        ("CARGO_REGISTRY_TOKEN", "registry-token"),
        ("GITHUB_ENV", "/tmp/env-file"),
        ("SOMETHING_ELSE", "1"),
    ];
    let run = run_with(&["env"], &environment(&given, folder.path()), folder.path()).unwrap();
    let seen = text(&run);
    let mut names: Vec<&str> = seen.lines().filter_map(|line| line.split_once('=').map(|(name, _)| name)).collect();
    names.sort_unstable();
    assert_eq!(names, ["LC_ALL", "PATH", "SOURCE_DATE_EPOCH"]);
}

#[test]
fn child_has_no_input_and_runs_in_the_work_tree() {
    let run = shell("cat; echo \"input ended: $?\"; test \"$(pwd -P)\" = \"$PWD\" && ls -A | wc -l");
    assert_eq!(text(&run).split_whitespace().collect::<Vec<_>>(), ["input", "ended:", "0", "0"]);
}

/// Runs `inner` of this test program with descriptor 9 open on a file, as a careless caller would.
#[test]
fn child_inherits_no_descriptor() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "through-the-descriptor").unwrap();
    let run = alone("exec 9<\"$1\"; cat <&9; exec 9<\"$1\";", &secret, "child::inner");
    let said = text(&run);
    assert!(run.succeeded(), "{said}");
    assert!(said.starts_with("through-the-descriptor"), "the control did not read it: {said}");
    assert!(said.contains("inner: closed"), "{said}");
}

#[test]
#[ignore = "run by child_inherits_no_descriptor, which opens descriptor 9"]
fn inner() {
    let control = Command::new("sh").args(["-c", "cat <&9 >/dev/null"]).status().unwrap();
    assert!(control.success(), "descriptor 9 is not there to be inherited");
    let run = shell("if cat <&9; then echo leaked; else echo closed; fi");
    let said = text(&run);
    assert!(!said.contains("through") && !said.contains("leaked"), "{said}");
    println!("inner: {}", said.lines().last().unwrap_or_default());
}

#[cfg(target_os = "linux")]
#[test]
fn this_program_is_shielded_while_the_child_runs() {
    shell("true");
    assert_eq!(rustix::process::dumpable_behavior().unwrap(), rustix::process::DumpableBehavior::NotDumpable);
}

#[test]
fn tells_how_the_build_ended() {
    assert!(shell("exit 0").succeeded());
    let failed = shell("exit 7");
    assert_eq!((failed.exit_code, failed.signal, failed.succeeded()), (Some(7), None, false));
    assert_eq!(failed.ending(), "exit code 7");
    let killed = shell("kill -9 $$");
    assert_eq!((killed.exit_code, killed.signal, killed.succeeded()), (None, Some(9), false));
    assert_eq!(killed.ending(), "ended by signal 9");
    assert!(killed.finished >= killed.started);
}

#[test]
fn refuses_programs_that_cannot_start() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("plain"), "no program").unwrap();
    let environment = environment(&[], folder.path());
    let error = |command: &[&str]| run_with(command, &environment, folder.path()).unwrap_err();
    assert!(matches!(error(&[]), BuildError::NoCommand));
    assert!(matches!(error(&["no-such-program-here"]), BuildError::NotFound { .. }));
    assert!(matches!(error(&["./absent"]), BuildError::NotFound { .. }));
    let not_executable = error(&["./plain"]);
    assert_eq!(not_executable.to_string(), "program \"./plain\" of the build command is not executable");
    assert!(not_executable.hint().is_some());
}

#[test]
fn finds_programs_of_the_work_tree_and_keeps_their_name() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("build.sh");
    std::fs::write(&script, "#!/bin/sh\necho \"as $0 with $1\"\n").unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = run_with(&["./build.sh", "a b"], &environment(&[], folder.path()), folder.path()).unwrap();
    assert!(text(&run).ends_with("build.sh with a b\n"), "{}", text(&run));
    assert_eq!(run.command, ["./build.sh", "a b"]);
}
