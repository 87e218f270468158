//! What a component of an SBOM is, and whether it is inside the product.

use serde::{Deserialize, Serialize};

/// What a component is: the kinds of CycloneDX 1.6 (`component.type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A program.
    Application,
    /// A library with a structure of its own for what is built on it.
    Framework,
    /// Linked into something else.
    Library,
    /// A container image.
    Container,
    /// A runtime that executes other software.
    Platform,
    /// An operating system, an RTOS too.
    OperatingSystem,
    /// Hardware.
    Device,
    /// What lets an operating system speak to hardware.
    DeviceDriver,
    /// Software inside hardware, an FPGA image too.
    Firmware,
    /// A file.
    File,
    /// A trained model.
    MachineLearningModel,
    /// A dataset, a font, a configuration.
    Data,
    /// A key, certificate or algorithm.
    CryptographicAsset,
}

impl Kind {
    /// Every kind, sorted.
    pub const ALL: [Self; 13] = [
        Self::Application,
        Self::Framework,
        Self::Library,
        Self::Container,
        Self::Platform,
        Self::OperatingSystem,
        Self::Device,
        Self::DeviceDriver,
        Self::Firmware,
        Self::File,
        Self::MachineLearningModel,
        Self::Data,
        Self::CryptographicAsset,
    ];

    /// The word that CycloneDX uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Framework => "framework",
            Self::Library => "library",
            Self::Container => "container",
            Self::Platform => "platform",
            Self::OperatingSystem => "operating-system",
            Self::Device => "device",
            Self::DeviceDriver => "device-driver",
            Self::Firmware => "firmware",
            Self::File => "file",
            Self::MachineLearningModel => "machine-learning-model",
            Self::Data => "data",
            Self::CryptographicAsset => "cryptographic-asset",
        }
    }

    /// The kind of a word of CycloneDX.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Whether a component is inside the product; the least value that any use gives it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Its code may run in the product.
    Shipped,
    /// It only took part in the build: a build script, a procedural macro, or what those need.
    BuildTimeOnly,
    /// It only serves to develop or test the product.
    DevelopmentOnly,
}

impl Scope {
    /// Every scope, the least first.
    pub const ALL: [Self; 3] = [Self::Shipped, Self::BuildTimeOnly, Self::DevelopmentOnly];

    /// The word used in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shipped => "shipped",
            Self::BuildTimeOnly => "build-time-only",
            Self::DevelopmentOnly => "development-only",
        }
    }
}
