//! Intake: foreign evidence becomes a strict type and a statement; its bytes are kept as they are.

pub mod anomaly_list;
pub mod archive;
pub mod content;
pub mod document;
pub mod field_action;
pub mod junit;
pub mod kev;
pub mod labeling_inspection;
pub mod people_toml;
pub mod plan_checklist;
pub mod scan;
pub mod soup;
pub mod table;
pub mod trace;
pub mod vex;
