//! Intake: foreign evidence becomes a strict type and a statement; its bytes are kept as they are.

pub mod analysis;
pub mod anomaly_list;
pub mod archive;
pub mod change_exceptions;
pub mod content;
pub mod coverage;
pub mod document;
pub mod field_action;
pub mod junit;
pub mod kev;
pub mod labeling_inspection;
pub mod people_toml;
pub mod pipeline_file;
pub mod pipeline_validation;
pub mod plan_checklist;
pub mod qualification;
pub mod sarif;
pub mod scan;
pub mod soup;
pub mod table;
pub mod trace;
pub mod vex;
