//! Whole sessions, as a nurse would run them.
#![allow(clippy::unwrap_used, reason = "tests")]

use pumpctl::event_log::EventLog;
use pumpctl::library::{BUILT_IN, DrugLibrary, EXPECTED_SHA256};
use pumpctl::pump::Motor;
use pumpctl::scenario::{Scenario, ScenarioError};

fn library() -> DrugLibrary {
    DrugLibrary::load(BUILT_IN, EXPECTED_SHA256).unwrap()
}

const PROGRAM: &str = r#"
[[step]]
do = "program"
drug = "demonidol"
dose = 50
weight = 70000
volume = 21000

[[step]]
do = "start"
"#;

#[test]
fn an_infusion_runs_to_its_end() {
    // 50 ng/kg/min for 70 kg of 10 µg/mL is 21 mL/h: the volume lasts one hour.
    let text = format!("{PROGRAM}\n[[step]]\ndo = \"wait\"\nseconds = 3700\n");
    let pump = Scenario::parse(&text).unwrap().run(&library()).unwrap();
    assert_eq!(pump.remaining(), 0);
    assert!(pump.log().lines().last().unwrap().contains("infusion-complete"));
    assert_eq!(EventLog::first_break(pump.log().lines()), None);
}

#[test]
fn a_refused_dose_is_logged_and_nothing_starts() {
    let text = PROGRAM.replace("dose = 50", "dose = 121");
    let pump = Scenario::parse(&text).unwrap().run(&library()).unwrap();
    assert_eq!(pump.motor(), Motor::Idle);
    assert!(pump.log().lines()[0].contains("hard limit 120"));
}

#[test]
fn an_unknown_drug_ends_the_scenario() {
    let text = PROGRAM.replace("demonidol", "nothing");
    assert!(matches!(Scenario::parse(&text).unwrap().run(&library()), Err(ScenarioError::UnknownDrug(_))));
}

#[test]
fn a_scenario_with_an_unknown_step_is_refused() {
    assert!(Scenario::parse("[[step]]\ndo = \"jump\"\n").is_err());
}
