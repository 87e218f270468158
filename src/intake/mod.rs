//! Intake: foreign evidence becomes a strict type and a statement; its bytes are kept as they are.

pub mod analysis;
pub mod anomaly_list;
pub mod archive;
pub mod content;
pub mod coverage;
pub mod document;
pub mod junit;
pub mod kev;
pub mod plan_checklist;
pub mod sarif;
pub mod scan;
pub mod soup;
pub mod table;
pub mod trace;
pub mod vex;
