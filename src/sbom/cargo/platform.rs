//! Platforms: which platform-specific dependencies are active (`[target.'cfg(…)'.dependencies]`).

use std::str::FromStr;

use cargo_metadata::cargo_platform::{Cfg, Platform as Condition};

/// Why a platform cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// A line of `rustc --print cfg` that is no configuration value.
    #[error("rustc printed {0:?} (expected a configuration value such as target_os=\"linux\")")]
    Cfg(String),
    /// No line at all.
    #[error("rustc printed no configuration for {0:?}")]
    Empty(String),
}

/// A target triple with the configuration values that rustc sets for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    triple: String,
    cfgs: Vec<Cfg>,
}

impl Platform {
    /// From a triple and the output of `rustc --print cfg --target <triple>`.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub fn parse(triple: &str, printed: &str) -> Result<Self, PlatformError> {
        let cfgs: Vec<Cfg> = printed
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(|line| Cfg::from_str(line).map_err(|_| PlatformError::Cfg(line.chars().take(80).collect())))
            .collect::<Result<_, _>>()?;
        if cfgs.is_empty() {
            return Err(PlatformError::Empty(triple.to_owned()));
        }
        Ok(Self { triple: triple.to_owned(), cfgs })
    }

    /// The triple.
    #[must_use]
    pub fn triple(&self) -> &str {
        &self.triple
    }

    /// Whether a dependency under this condition is active here.
    #[must_use]
    pub fn satisfies(&self, condition: &Condition) -> bool {
        condition.matches(&self.triple, &self.cfgs)
    }
}

/// The platforms of a build: where the product runs, and where it is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platforms {
    /// Targets, at least one.
    pub targets: Vec<Platform>,
    /// Machine that runs build scripts and procedural macros.
    pub host: Platform,
}

impl Platforms {
    /// Whether a condition holds on a target.
    #[must_use]
    pub fn on_target(&self, condition: &Condition) -> bool {
        self.targets.iter().any(|target| target.satisfies(condition))
    }

    /// Whether a condition holds on the host.
    #[must_use]
    pub fn on_host(&self, condition: &Condition) -> bool {
        self.host.satisfies(condition)
    }

    /// Whether the host is one of the targets.
    #[must_use]
    pub fn is_native(&self) -> bool {
        self.targets.iter().any(|target| target.triple == self.host.triple)
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, Platform};

    #[test]
    fn evaluates_conditions_of_a_target() {
        let linux = Platform::parse("x86_64-unknown-linux-gnu", "unix\ntarget_os=\"linux\"\ntarget_arch=\"x86_64\"\n");
        let linux = linux.expect("platform");
        for (condition, expected) in [
            ("cfg(unix)", true),
            ("cfg(windows)", false),
            ("cfg(all(unix, not(target_arch = \"wasm32\")))", true),
            ("cfg(any(windows, target_os = \"macos\"))", false),
            ("x86_64-unknown-linux-gnu", true),
            ("x86_64-unknown-linux-musl", false),
        ] {
            assert_eq!(linux.satisfies(&condition.parse::<Condition>().expect(condition)), expected, "{condition}");
        }
    }

    #[test]
    fn rejects_output_that_is_no_configuration() {
        assert!(Platform::parse("t", "error: unknown target\n").is_err());
        assert!(Platform::parse("t", "\n").is_err());
    }
}
