//! Doses, weights and rates in whole numbers: no rounding that nobody decided.

use serde::{Deserialize, Serialize};

use crate::library::Drug;

/// Slowest rate of the mechanism, in µL/h (0.1 mL/h).
pub const RATE_MIN: u64 = 100;
/// Fastest rate of the mechanism, in µL/h (1200 mL/h).
pub const RATE_MAX: u64 = 1_200_000;
/// Lightest patient the limits hold for, in g.
pub const WEIGHT_MIN: u64 = 500;
/// Heaviest patient the limits hold for, in g.
pub const WEIGHT_MAX: u64 = 250_000;

/// Dose rate in ng/kg/min.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dose(pub u64);

/// Body weight in g.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weight(pub u64);

/// Pump rate in µL/h. Made only by [`rate_for`], so that it is within every hard limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Rate(u64);

impl Rate {
    /// Rate in µL/h.
    #[must_use]
    pub const fn microlitres_per_hour(self) -> u64 {
        self.0
    }
}

/// Why a dose is not delivered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DoseError {
    /// Outside the weights the limits were set for.
    #[error("weight is {got} g (expected {WEIGHT_MIN} to {WEIGHT_MAX})")]
    Weight {
        /// As programmed.
        got: u64,
    },
    /// Below the smallest effective dose.
    #[error("dose is {got} ng/kg/min (expected at least {limit})")]
    BelowMinimum {
        /// As programmed.
        got: u64,
        /// From the drug library.
        limit: u64,
    },
    /// Above the hard limit; nobody can override it (SRS-010).
    #[error("dose is {got} ng/kg/min (hard limit {limit})")]
    AboveHardLimit {
        /// As programmed.
        got: u64,
        /// From the drug library.
        limit: u64,
    },
    /// Above the soft limit and not confirmed (SRS-011).
    #[error("dose is {got} ng/kg/min (soft limit {limit}, needs a confirmation)")]
    NeedsConfirmation {
        /// As programmed.
        got: u64,
        /// From the drug library.
        limit: u64,
    },
    /// Outside what the mechanism can do.
    #[error("rate is {got} µL/h (expected {RATE_MIN} to {RATE_MAX})")]
    Rate {
        /// As computed.
        got: u64,
    },
    /// The drug may not be given as a bolus, or not that much of it (SRS-017).
    #[error("bolus is {got} µL (limit {limit})")]
    BolusVolume {
        /// As asked for.
        got: u64,
        /// From the drug library.
        limit: u64,
    },
    /// The lockout after the last bolus is not over (SRS-018).
    #[error("bolus is locked for another {remaining} s")]
    BolusLockout {
        /// Time left, in s, rounded up.
        remaining: u64,
    },
}

/// The rate that delivers `dose`, within every limit. The division truncates, so that the pump
/// never delivers more than was programmed (SRS-009).
///
/// # Errors
/// [`DoseError`] for the first limit that is broken.
pub fn rate_for(drug: &Drug, dose: Dose, weight: Weight, confirmed: bool) -> Result<Rate, DoseError> {
    if !(WEIGHT_MIN..=WEIGHT_MAX).contains(&weight.0) {
        return Err(DoseError::Weight { got: weight.0 });
    }
    if dose < drug.dose_min {
        return Err(DoseError::BelowMinimum { got: dose.0, limit: drug.dose_min.0 });
    }
    if dose > drug.dose_hard_max {
        return Err(DoseError::AboveHardLimit { got: dose.0, limit: drug.dose_hard_max.0 });
    }
    if dose > drug.dose_soft_max && !confirmed {
        return Err(DoseError::NeedsConfirmation { got: dose.0, limit: drug.dose_soft_max.0 });
    }
    // ng/kg/min × g × 60 min/h ÷ (1000 g/kg) ÷ (ng/mL) × 1000 µL/mL: the thousands cancel.
    let nanograms = u128::from(dose.0).saturating_mul(u128::from(weight.0)).saturating_mul(60);
    let rate = nanograms.checked_div(u128::from(drug.concentration.get())).unwrap_or(u128::MAX);
    let rate = u64::try_from(rate).unwrap_or(u64::MAX);
    if (RATE_MIN..=RATE_MAX).contains(&rate) { Ok(Rate(rate)) } else { Err(DoseError::Rate { got: rate }) }
}
