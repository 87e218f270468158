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

impl DeviceFacts {
    /// Each fact that differs, as `name (policy: …; trust file: …)`.
    #[must_use]
    pub fn differences(&self, trusted: &Self) -> Vec<String> {
        let yes_or_no = |fact: bool| if fact { "true" } else { "false" };
        let flag = |name, ours, theirs| (name, yes_or_no(ours), yes_or_no(theirs));
        let all = [
            ("safety-class", self.safety_class.as_str(), trusted.safety_class.as_str()),
            flag("finished", self.finished, trusted.finished),
            flag("cyber-device", self.cyber_device, trusted.cyber_device),
            flag("life-supporting", self.life_supporting, trusted.life_supporting),
            flag("implantable", self.implantable, trusted.implantable),
        ];
        let differing = all.into_iter().filter(|(_, ours, theirs)| ours != theirs);
        differing.map(|(name, ours, theirs)| format!("{name} (policy: {ours}; trust file: {theirs})")).collect()
    }
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

impl SafetyClass {
    /// The letter.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}
