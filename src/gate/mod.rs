//! The release gate: checks over verified evidence. Pure; nothing here can fail by IO.

pub mod catalogue;
pub mod check;
pub mod checks;
pub mod derived_components;
pub mod device_sbom;
pub mod documents;
pub mod evaluate;
pub mod evidence;
pub mod judgement;
pub mod locked_components;
pub mod persons;
pub mod registry;
pub mod source;
