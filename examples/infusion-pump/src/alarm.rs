//! Alarm conditions and what each one does to the infusion.

use serde::Serialize;

/// An alarm condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alarm {
    /// Pressure in the line above the limit (SRS-012).
    Occlusion,
    /// Air in the line above the limit (SRS-013).
    AirInLine,
    /// The door was opened during the infusion (SRS-014).
    DoorOpen,
    /// The drug library is not the one this software was released with (SRS-015).
    LibraryMismatch,
    /// Less than the reserve is left in the battery (SRS-016).
    BatteryLow,
    /// The whole volume was infused.
    InfusionComplete,
}

/// How urgent an alarm is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Awareness is enough.
    Low,
    /// Prompt response.
    Medium,
    /// Immediate response.
    High,
}

impl Alarm {
    /// Priority of the condition.
    #[must_use]
    pub const fn priority(self) -> Priority {
        match self {
            Self::Occlusion | Self::AirInLine | Self::DoorOpen | Self::LibraryMismatch => Priority::High,
            Self::BatteryLow => Priority::Medium,
            Self::InfusionComplete => Priority::Low,
        }
    }

    /// Whether the motor stops until somebody has acknowledged the alarm.
    #[must_use]
    pub const fn stops_infusion(self) -> bool {
        !matches!(self, Self::BatteryLow)
    }
}
