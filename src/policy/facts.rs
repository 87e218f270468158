//! Facts of a device that decide which requirements apply.

use serde::{Deserialize, Serialize};

/// Device facts; the policy states them, the verifier's trust file has the last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeviceFacts {
    /// Software safety class of IEC 62304.
    pub safety_class: SafetyClass,
    /// Finished device (21 CFR 820.3), not a component of one.
    pub finished: bool,
    /// Cyber device of section 524B(c).
    pub cyber_device: bool,
    /// Supports or sustains life (21 CFR 820.10(d)).
    pub life_supporting: bool,
    /// Implantable (21 CFR 860.3).
    pub implantable: bool,
}

/// IEC 62304 software safety class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SafetyClass {
    /// No injury possible.
    A,
    /// Non-serious injury possible.
    B,
    /// Death or serious injury possible.
    C,
}
