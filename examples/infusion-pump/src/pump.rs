//! The pump: one infusion at a time, stopped by the first alarm that asks for it.

use crate::alarm::Alarm;
use crate::dose::{Dose, DoseError, Rate, Weight, rate_for};
use crate::event_log::{Event, EventLog};
use crate::library::Drug;

/// Pressure at which the line counts as occluded, in hPa.
pub const PRESSURE_MAX: u32 = 600;
/// Air bubble at which the infusion stops, in µL.
pub const AIR_MAX: u32 = 50;
/// Battery reserve in percent.
pub const BATTERY_RESERVE: u8 = 15;

/// What the sensors say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Reading {
    /// Line pressure in hPa.
    pub pressure: u32,
    /// Largest bubble in µL.
    pub air: u32,
    /// Whether the door is open.
    pub door_open: bool,
    /// Battery in percent.
    pub battery: u8,
}

impl Default for Reading {
    fn default() -> Self {
        Self { pressure: 40, air: 0, door_open: false, battery: 100 }
    }
}

/// State of the motor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motor {
    /// Nothing programmed, or programmed and not started.
    Idle,
    /// Infusing.
    Running,
    /// Stopped by an alarm that nobody has acknowledged.
    Alarmed,
}

/// A request that the pump does not follow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PumpError {
    /// A limit is broken.
    #[error(transparent)]
    Dose(#[from] DoseError),
    /// Nothing is programmed.
    #[error("no infusion is programmed")]
    NotProgrammed,
    /// The motor is in another state.
    #[error("motor is {got:?} (expected {expected:?})")]
    State {
        /// State now.
        got: Motor,
        /// State needed.
        expected: Motor,
    },
}

#[derive(Debug, Clone)]
struct Program {
    drug: Drug,
    rate: Rate,
    /// Volume still to be infused, in nL so that short ticks are not lost.
    remaining: u64,
}

/// The pump.
#[derive(Debug, Clone)]
pub struct Pump {
    motor: Motor,
    program: Option<Program>,
    last_bolus: Option<u64>,
    now: u64,
    log: EventLog,
}

impl Default for Pump {
    fn default() -> Self {
        Self { motor: Motor::Idle, program: None, last_bolus: None, now: 0, log: EventLog::default() }
    }
}

impl Pump {
    /// Programs an infusion of `volume` µL.
    ///
    /// # Errors
    /// [`PumpError`]; a refused request is logged and leaves the pump as it was.
    pub fn program(
        &mut self,
        drug: &Drug,
        dose: Dose,
        weight: Weight,
        volume: u64,
        confirmed: bool,
    ) -> Result<Rate, PumpError> {
        self.expect(Motor::Idle)?;
        let rate = rate_for(drug, dose, weight, confirmed).map_err(|error| self.refuse(error.into()))?;
        self.program = Some(Program { drug: drug.clone(), rate, remaining: volume.saturating_mul(1000) });
        self.record(&Event::Programmed { drug: drug.id.clone(), rate: rate.microlitres_per_hour() });
        Ok(rate)
    }

    /// Starts the programmed infusion.
    ///
    /// # Errors
    /// [`PumpError`].
    pub fn start(&mut self) -> Result<(), PumpError> {
        self.expect(Motor::Idle)?;
        if self.program.is_none() {
            return Err(self.refuse(PumpError::NotProgrammed));
        }
        self.motor = Motor::Running;
        self.record(&Event::Started);
        Ok(())
    }

    /// Delivers a bolus of `volume` µL.
    ///
    /// # Errors
    /// [`PumpError`] when the drug, the volume or the lockout forbid it.
    pub fn bolus(&mut self, volume: u64) -> Result<(), PumpError> {
        self.expect(Motor::Running)?;
        let Some(program) = self.program.as_ref() else {
            return Err(self.refuse(PumpError::NotProgrammed));
        };
        let limit = program.drug.bolus_max.min(program.remaining / 1000);
        if volume == 0 || volume > limit {
            return Err(self.refuse(DoseError::BolusVolume { got: volume, limit }.into()));
        }
        let lockout = program.drug.bolus_lockout.saturating_mul(1000);
        let free = self.last_bolus.map_or(0, |last| last.saturating_add(lockout));
        if self.now < free {
            let remaining = free.saturating_sub(self.now).div_ceil(1000);
            return Err(self.refuse(DoseError::BolusLockout { remaining }.into()));
        }
        self.last_bolus = Some(self.now);
        self.record(&Event::Bolus { volume });
        self.deliver(volume.saturating_mul(1000));
        Ok(())
    }

    /// Lets `ms` milliseconds pass under these readings.
    pub fn tick(&mut self, ms: u64, reading: Reading) {
        self.sense(reading);
        self.now = self.now.saturating_add(ms);
        let rate = self.program.as_ref().map_or(0, |program| program.rate.microlitres_per_hour());
        if self.motor == Motor::Running {
            // µL/h × ms = nL × 3600: the rest of the division is never delivered (SRS-009).
            self.deliver(rate.saturating_mul(ms) / 3600);
        }
    }

    /// Acknowledges the alarms: the motor stays off until somebody starts it again (SRS-019).
    pub fn acknowledge(&mut self) {
        if self.motor == Motor::Alarmed {
            self.motor = Motor::Idle;
        }
        self.record(&Event::Acknowledged);
    }

    /// Raises an alarm from outside the sensors.
    pub fn raise(&mut self, alarm: Alarm) {
        if alarm.stops_infusion() {
            self.motor = Motor::Alarmed;
        }
        self.record(&Event::Alarm { alarm });
    }

    /// State of the motor.
    #[must_use]
    pub const fn motor(&self) -> Motor {
        self.motor
    }

    /// Volume still to be infused, in µL, rounded up.
    #[must_use]
    pub fn remaining(&self) -> u64 {
        self.program.as_ref().map_or(0, |program| program.remaining.div_ceil(1000))
    }

    /// The event log.
    #[must_use]
    pub const fn log(&self) -> &EventLog {
        &self.log
    }

    fn sense(&mut self, reading: Reading) {
        if self.motor != Motor::Running {
            return;
        }
        if reading.battery < BATTERY_RESERVE {
            self.raise(Alarm::BatteryLow);
        }
        let conditions = [
            (reading.pressure > PRESSURE_MAX, Alarm::Occlusion),
            (reading.air > AIR_MAX, Alarm::AirInLine),
            (reading.door_open, Alarm::DoorOpen),
        ];
        for (_, alarm) in conditions.into_iter().filter(|(present, _)| *present) {
            self.raise(alarm);
        }
    }

    fn deliver(&mut self, nanolitres: u64) {
        let Some(program) = self.program.as_mut() else { return };
        program.remaining = program.remaining.saturating_sub(nanolitres);
        if program.remaining == 0 {
            self.raise(Alarm::InfusionComplete);
        }
    }

    fn expect(&mut self, expected: Motor) -> Result<(), PumpError> {
        if self.motor == expected { Ok(()) } else { Err(self.refuse(PumpError::State { got: self.motor, expected })) }
    }

    fn refuse(&mut self, error: PumpError) -> PumpError {
        self.record(&Event::Refused { reason: error.to_string() });
        error
    }

    fn record(&mut self, event: &Event) {
        self.log.append(self.now, event);
    }
}
