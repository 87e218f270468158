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
    /// How the device reaches those who use it.
    pub distribution: Distribution,
    /// FDA ordered the device to be tracked (21 CFR 821).
    pub tracking_order: bool,
    /// Placed on the market under Regulation (EU) 2017/745 or 2017/746.
    pub eu_mdr: bool,
}

/// How a device reaches those who use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Distribution {
    /// Sold or otherwise put into use; what is assumed where nobody says otherwise.
    #[default]
    Commercial,
    /// Under an investigational exemption (21 CFR 812).
    Investigational,
    /// It does not leave its maker.
    None,
}

impl Distribution {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Commercial, Self::Investigational, Self::None];

    /// The word used in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Commercial => "commercial",
            Self::Investigational => "investigational",
            Self::None => "none",
        }
    }
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
            ("distribution", self.distribution.as_str(), trusted.distribution.as_str()),
            flag("tracking-order", self.tracking_order, trusted.tracking_order),
            flag("eu-mdr", self.eu_mdr, trusted.eu_mdr),
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
