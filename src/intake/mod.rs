//! Intake: foreign evidence becomes a strict type and a statement; its bytes are kept as they are.

pub mod anomaly_list;
pub mod document;
pub mod junit;
pub mod plan_checklist;
pub mod table;
pub mod trace;
