//! The cases: one or more for each software requirement of the risk management file.

use std::path::Path;
use std::process::Command;

use pumpctl::alarm::{Alarm, Priority};
use pumpctl::dose::{Dose, DoseError, Weight, rate_for};
use pumpctl::event_log::EventLog;
use pumpctl::library::{BUILT_IN, Drug, DrugLibrary, EXPECTED_SHA256, LibraryError};
use pumpctl::pump::{Motor, Pump, PumpError, Reading};

/// What a case returns: the reason when it fails.
pub type Verdict = Result<(), String>;

/// A case.
pub struct Case {
    /// Requirement id.
    pub requirement: &'static str,
    /// Name.
    pub name: &'static str,
    /// The test; gets the path of the binary.
    pub run: fn(&Path) -> Verdict,
}

const fn case(requirement: &'static str, name: &'static str, run: fn(&Path) -> Verdict) -> Case {
    Case { requirement, name, run }
}

/// All cases.
pub const ALL: &[Case] = &[
    case("SRS-001", "the binary names its version and UDI", about),
    case("SRS-009", "the rate never exceeds the programmed dose", truncates),
    case("SRS-010", "a dose above the hard limit is refused even when confirmed", hard_limit),
    case("SRS-010", "a dose at the hard limit is accepted", at_hard_limit),
    case("SRS-011", "a dose above the soft limit needs a confirmation", soft_limit),
    case("SRS-012", "an occlusion stops the motor", |_| {
        stops(Reading { pressure: 601, ..Reading::default() }, Alarm::Occlusion)
    }),
    case("SRS-012", "a pressure at the limit does not alarm", |_| {
        runs(Reading { pressure: 600, ..Reading::default() })
    }),
    case("SRS-013", "air in the line stops the motor", |_| {
        stops(Reading { air: 51, ..Reading::default() }, Alarm::AirInLine)
    }),
    case("SRS-013", "a bubble at the limit does not alarm", |_| runs(Reading { air: 50, ..Reading::default() })),
    case("SRS-014", "an open door stops the motor", |_| {
        stops(Reading { door_open: true, ..Reading::default() }, Alarm::DoorOpen)
    }),
    case("SRS-015", "a drug library that differs by one byte is refused", library_mismatch),
    case("SRS-015", "the binary refuses another drug library", binary_refuses_library),
    case("SRS-016", "a low battery alarms and the infusion goes on", low_battery),
    case("SRS-017", "a bolus above the limit is refused", bolus_limit),
    case("SRS-017", "a drug without bolus gives none", no_bolus),
    case("SRS-018", "a second bolus within the lockout is refused", bolus_lockout),
    case("SRS-019", "after an alarm the motor stays off until it is started again", stays_off),
    case("SRS-020", "a changed line in the event log is found", tampered_log),
];

fn library() -> Result<DrugLibrary, String> {
    DrugLibrary::load(BUILT_IN, EXPECTED_SHA256).map_err(|error| error.to_string())
}

fn drug(id: &str) -> Result<Drug, String> {
    library()?.drug(id).cloned().ok_or_else(|| format!("no drug {id}"))
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// A pump that infuses demonidol for a patient of 70 kg.
fn running() -> Result<Pump, String> {
    let mut pump = Pump::default();
    pump.program(&drug("demonidol")?, Dose(50), Weight(70_000), 50_000, false).map_err(|error| error.to_string())?;
    pump.start().map_err(|error| error.to_string())?;
    Ok(pump)
}

fn logged(pump: &Pump, alarm: Alarm) -> bool {
    let word = serde_json::to_string(&alarm).unwrap_or_default();
    pump.log().lines().iter().any(|line| line.contains(&format!("\"alarm\":{word}")))
}

fn about(binary: &Path) -> Verdict {
    let output = Command::new(binary).arg("--about").output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let expected = ["1.4.0", "(01)09521234543213(10)1.4.0", EXPECTED_SHA256];
    ensure(output.status.success() && expected.iter().all(|part| text.contains(part)), || format!("got {text:?}"))
}

fn truncates(_: &Path) -> Verdict {
    let exampline = drug("exampline")?;
    for (dose, weight) in [(501_u64, 70_001_u64), (9_999, 3_333), (777, 12_345)] {
        let rate = rate_for(&exampline, Dose(dose), Weight(weight), false).map_err(|error| error.to_string())?;
        let delivered = rate.microlitres_per_hour().checked_mul(exampline.concentration.get());
        let programmed = dose.checked_mul(weight).and_then(|product| product.checked_mul(60));
        let within = delivered.zip(programmed).is_some_and(|(delivered, programmed)| delivered <= programmed);
        ensure(within, || format!("{delivered:?} delivered of {programmed:?}"))?;
    }
    Ok(())
}

fn hard_limit(_: &Path) -> Verdict {
    let got = rate_for(&drug("exampline")?, Dose(20_001), Weight(70_000), true);
    ensure(got == Err(DoseError::AboveHardLimit { got: 20_001, limit: 20_000 }), || format!("got {got:?}"))
}

fn at_hard_limit(_: &Path) -> Verdict {
    let got = rate_for(&drug("exampline")?, Dose(20_000), Weight(70_000), true).map(|rate| rate.microlitres_per_hour());
    ensure(got == Ok(52_500), || format!("got {got:?}"))
}

fn soft_limit(_: &Path) -> Verdict {
    let exampline = drug("exampline")?;
    let plain = rate_for(&exampline, Dose(10_001), Weight(70_000), false);
    ensure(matches!(plain, Err(DoseError::NeedsConfirmation { .. })), || format!("got {plain:?}"))?;
    let confirmed = rate_for(&exampline, Dose(10_001), Weight(70_000), true);
    ensure(confirmed.is_ok(), || format!("got {confirmed:?}"))
}

fn stops(reading: Reading, alarm: Alarm) -> Verdict {
    ensure(alarm.priority() == Priority::High, || format!("{alarm:?} is not urgent"))?;
    let mut pump = running()?;
    let before = pump.remaining();
    pump.tick(60_000, reading);
    ensure(pump.motor() == Motor::Alarmed && logged(&pump, alarm), || format!("motor is {:?}", pump.motor()))?;
    ensure(pump.remaining() == before, || "volume was delivered after the alarm".to_owned())
}

fn runs(reading: Reading) -> Verdict {
    let mut pump = running()?;
    let before = pump.remaining();
    pump.tick(60_000, reading);
    ensure(pump.motor() == Motor::Running && pump.remaining() < before, || format!("motor is {:?}", pump.motor()))
}

fn library_mismatch(_: &Path) -> Verdict {
    let text = BUILT_IN.replace("dose-hard-max = 120", "dose-hard-max = 121");
    ensure(text != BUILT_IN, || "the library holds no such line".to_owned())?;
    let got = DrugLibrary::load(&text, EXPECTED_SHA256);
    ensure(matches!(got, Err(LibraryError::Mismatch { .. })), || format!("got {got:?}"))
}

fn binary_refuses_library(binary: &Path) -> Verdict {
    let file = std::env::temp_dir().join(format!("pumpctl-library-{}.toml", std::process::id()));
    std::fs::write(&file, BUILT_IN.replace("revision = 7", "revision = 8")).map_err(|error| error.to_string())?;
    let output = Command::new(binary).arg("check-library").arg(&file).output();
    let _ = std::fs::remove_file(&file);
    let output = output.map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure(output.status.code() == Some(3) && text.contains("expected sha256:"), || format!("got {text:?}"))
}

fn low_battery(_: &Path) -> Verdict {
    runs(Reading { battery: 14, ..Reading::default() })?;
    let mut pump = running()?;
    pump.tick(1_000, Reading { battery: 14, ..Reading::default() });
    ensure(logged(&pump, Alarm::BatteryLow), || "no alarm was raised".to_owned())
}

fn bolus_limit(_: &Path) -> Verdict {
    let mut pump = running()?;
    let got = pump.bolus(2_001);
    ensure(got == Err(PumpError::Dose(DoseError::BolusVolume { got: 2_001, limit: 2_000 })), || {
        format!("got {got:?}")
    })?;
    ensure(pump.bolus(2_000).is_ok(), || "a bolus at the limit was refused".to_owned())
}

fn no_bolus(_: &Path) -> Verdict {
    let mut pump = Pump::default();
    pump.program(&drug("exampline")?, Dose(5_000), Weight(70_000), 50_000, false).map_err(|error| error.to_string())?;
    pump.start().map_err(|error| error.to_string())?;
    ensure(pump.bolus(1).is_err(), || "a bolus was given".to_owned())
}

fn bolus_lockout(_: &Path) -> Verdict {
    let mut pump = running()?;
    pump.bolus(1_000).map_err(|error| error.to_string())?;
    pump.tick(599_000, Reading::default());
    let got = pump.bolus(1_000);
    ensure(got == Err(PumpError::Dose(DoseError::BolusLockout { remaining: 1 })), || format!("got {got:?}"))?;
    pump.tick(1_000, Reading::default());
    ensure(pump.bolus(1_000).is_ok(), || "a bolus after the lockout was refused".to_owned())
}

fn stays_off(_: &Path) -> Verdict {
    let mut pump = running()?;
    pump.tick(1_000, Reading { pressure: 900, ..Reading::default() });
    ensure(pump.start().is_err(), || "the motor started before the acknowledgement".to_owned())?;
    pump.acknowledge();
    let before = pump.remaining();
    pump.tick(60_000, Reading::default());
    ensure(pump.motor() == Motor::Idle && pump.remaining() == before, || "the motor ran by itself".to_owned())?;
    ensure(pump.start().is_ok(), || "the motor did not start again".to_owned())
}

fn tampered_log(_: &Path) -> Verdict {
    let mut pump = running()?;
    pump.bolus(1_500).map_err(|error| error.to_string())?;
    pump.acknowledge();
    let mut lines = pump.log().lines().to_vec();
    ensure(EventLog::first_break(&lines).is_none(), || "the untouched log does not hold".to_owned())?;
    if let Some(line) = lines.iter_mut().find(|line| line.contains("1500")) {
        *line = line.replace("1500", "150");
    }
    ensure(EventLog::first_break(&lines).is_some(), || "the change was not found".to_owned())
}
