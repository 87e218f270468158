//! What the device says about itself (SRS-001): the text of the "About" screen.

/// Device identifier: a GTIN-14 with the GS1 prefix 952, which is reserved for examples.
pub const UDI_DI: &str = "09521234543213";

/// Version of the software; the production identifier is the same text.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Compiler that built this binary.
pub const COMPILER: &str = env!("PUMPCTL_RUSTC");

/// UDI in GS1 human-readable form: device identifier and, as lot, the software version.
#[must_use]
pub fn udi() -> String {
    format!("(01){UDI_DI}(10){VERSION}")
}

/// Text of the "About" screen.
#[must_use]
pub fn text() -> String {
    format!(
        "infusion-pump-controller (pumpctl) {VERSION}\nUDI {}\ndrug library sha256:{}\nbuilt with rustc {COMPILER}\nExample Devices (demo). Example software, not a medical device.",
        udi(),
        crate::library::EXPECTED_SHA256,
    )
}

#[cfg(test)]
mod tests {
    use super::{UDI_DI, udi};

    #[test]
    fn the_device_identifier_has_a_true_check_digit() {
        let digits: Vec<u32> = UDI_DI.chars().filter_map(|c| c.to_digit(10)).collect();
        assert_eq!(digits.len(), 14);
        let sum: u32 = digits.iter().zip([3, 1].iter().cycle()).take(13).map(|(digit, weight)| digit * weight).sum();
        assert_eq!((10 - sum % 10) % 10, digits[13]);
    }

    #[test]
    fn the_production_identifier_is_the_version() {
        assert!(udi().ends_with("(10)1.4.0"));
    }
}
