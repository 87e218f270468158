//! Dose-rate controller of an example infusion pump.
//!
//! It is here to be released with evidence, not to be used on anybody: the drugs, the limits and
//! the manufacturer are invented. Requirement ids (`SRS-…`) stand where the code fulfils them;
//! `tests/safety/main.rs` tests them and `risk/risk-management-file.md` says why they exist.

pub mod about;
pub mod alarm;
pub mod dose;
pub mod event_log;
pub mod library;
pub mod pump;
pub mod scenario;
