//! Nothing of the build is alive when `run` returns.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::time::{Duration, Instant};

use crate::{alone, patient_shell, shell, text};

/// Whether a process of this id is alive (a zombie is not).
fn alive(id: &str) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(id).join("stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

fn ids(log: &str) -> Vec<String> {
    log.lines().filter_map(|line| line.strip_prefix("id ")).map(str::to_owned).collect()
}

#[test]
fn ends_a_background_process_and_says_so() {
    let run = shell("sleep 60 & echo id $!; exit 0");
    assert!(run.succeeded());
    let ids = ids(&text(&run));
    assert_eq!(ids.len(), 1);
    assert!(!alive(&ids[0]));
    assert_eq!(run.stragglers, [format!("sleep (process {})", ids[0])]);
    assert!(text(&run).ends_with("outlived the build command and was ended\n"), "{}", text(&run));
}

#[test]
fn ends_a_daemon_in_a_session_of_its_own_that_ignores_requests() {
    // Twice forked, own session, own output, deaf to SIGTERM, and it has a child itself.
    let script = "(setsid sh -c 'trap \"\" TERM; echo id $$ >&3; sleep 60 & echo id $! >&3; exec 3>&-; \
                  while :; do sleep 1; done' >/dev/null 2>&1 3>&1 </dev/null &) 3>&1; \
                  (setsid sh -c 'echo id $$; trap \"\" TERM; exec >/dev/null 2>&1; sleep 61 & while :; do sleep 1; done' &); sleep 0.3";
    let run = shell(script);
    let ids = ids(&text(&run));
    assert!(!ids.is_empty(), "{}", text(&run));
    for id in &ids {
        assert!(!alive(id), "{id} is alive: {}", text(&run));
        assert!(run.stragglers.iter().any(|who| who.contains(id.as_str())), "{id} not in {:?}", run.stragglers);
    }
}

#[test]
fn lets_what_ends_by_itself_in_time_go() {
    let run = patient_shell("(sleep 0.05; echo late) & exit 0");
    assert_eq!(text(&run), "late\n");
    assert!(run.stragglers.is_empty());
}

#[test]
fn waits_for_no_grace_when_nothing_is_left() {
    let run = alone("", Path::new("/"), "straggler::inner_quick");
    assert!(run.succeeded() && text(&run).contains("inner: quick"), "{}", text(&run));
}

#[test]
#[ignore = "run by waits_for_no_grace_when_nothing_is_left, in a process of its own"]
fn inner_quick() {
    let started = Instant::now();
    assert!(patient_shell("true").stragglers.is_empty());
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    println!("inner: quick");
}

#[test]
fn leaves_alone_what_was_there_before() {
    let run = alone("", Path::new("/"), "straggler::inner");
    assert!(run.succeeded() && text(&run).contains("inner: survived"), "{}", text(&run));
}

#[test]
#[ignore = "run by leaves_alone_what_was_there_before, in a process of its own"]
fn inner() {
    let mut earlier = std::process::Command::new("sleep").arg("60").spawn().unwrap();
    let run = shell("exit 0");
    let survived = earlier.try_wait().unwrap().is_none();
    earlier.kill().unwrap();
    earlier.wait().unwrap();
    assert!(survived, "a process from before the build was ended");
    assert!(run.stragglers.is_empty());
    println!("inner: survived");
}
