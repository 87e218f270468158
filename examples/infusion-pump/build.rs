//! Binds the binary to the compiler and to the one drug library it was released with.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

const LIBRARY: &str = "library/drug-library.toml";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={LIBRARY}");
    let digest = Sha256::digest(std::fs::read(LIBRARY)?);
    let mut hex = String::new();
    for byte in digest {
        write!(hex, "{byte:02x}")?;
    }
    println!("cargo::rustc-env=PUMPCTL_LIBRARY_SHA256={hex}");
    println!("cargo::rustc-env=PUMPCTL_RUSTC={}", rustc_version::version()?);
    Ok(())
}
