//! Scenarios: a bench session written down in TOML and run against the pump.

use serde::Deserialize;

use crate::dose::{Dose, Weight};
use crate::library::DrugLibrary;
use crate::pump::{Motor, Pump, Reading};

/// A scenario file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    step: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
enum Step {
    Program {
        drug: String,
        dose: Dose,
        weight: Weight,
        volume: u64,
        #[serde(default)]
        confirmed: bool,
    },
    Start,
    Bolus {
        volume: u64,
    },
    Wait {
        seconds: u64,
        #[serde(default)]
        reading: Reading,
    },
    Acknowledge,
}

/// Why a scenario was not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// Not TOML, or not of this shape.
    #[error("scenario cannot be read: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A drug that the library does not hold.
    #[error("drug {0:?} is not in the drug library")]
    UnknownDrug(String),
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// [`ScenarioError::Syntax`].
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        Ok(toml::from_str(text)?)
    }

    /// Runs it. Requests that the pump refuses stand in its log; the session goes on.
    ///
    /// # Errors
    /// [`ScenarioError::UnknownDrug`].
    pub fn run(&self, library: &DrugLibrary) -> Result<Pump, ScenarioError> {
        let mut pump = Pump::default();
        for step in &self.step {
            match step {
                Step::Program { drug: id, dose, weight, volume, confirmed } => {
                    let drug = library.drug(id).ok_or_else(|| ScenarioError::UnknownDrug(id.clone()))?;
                    let _refusal_is_logged = pump.program(drug, *dose, *weight, *volume, *confirmed);
                }
                Step::Start => {
                    let _refusal_is_logged = pump.start();
                }
                Step::Bolus { volume } => {
                    let _refusal_is_logged = pump.bolus(*volume);
                }
                Step::Wait { seconds, reading } => wait(&mut pump, *seconds, *reading),
                Step::Acknowledge => pump.acknowledge(),
            }
        }
        Ok(pump)
    }
}

/// Waits second by second, as the controller samples its sensors once a second.
fn wait(pump: &mut Pump, seconds: u64, reading: Reading) {
    for _ in 0..seconds.min(86_400) {
        if pump.motor() != Motor::Running {
            return;
        }
        pump.tick(1000, reading);
    }
}
