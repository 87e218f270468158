//! The release gate: checks over verified evidence. Pure; nothing here can fail by IO.

pub mod ages;
pub mod aliases;
pub mod catalogue;
pub mod check;
pub mod checks;
pub mod derived_components;
mod deviations;
pub mod device_sbom;
pub mod documents;
pub mod evaluate;
pub mod evidence;
pub mod findings;
pub mod judgement;
pub mod labels;
pub mod locked_components;
pub mod persons;
pub mod products;
pub mod registry;
pub mod soup;
pub mod source;
pub mod trace_coverage;
pub mod vex;
