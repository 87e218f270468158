//! The two files that people write: `batchseal.toml` (what a batch claims) and `trust.toml`
//! (whom and what the verifier believes). Raw text becomes a valid value in one place, here.

pub mod facts;
pub mod release;
pub mod trust;
