//! The evidence bundle: assembling records and seals, judging whole releases.
//!
//! Pure: entries come in as bytes, the world (files, clock, keys) stays in `adapters`.

pub mod addenda;
pub mod answer;
pub mod approval;
pub mod approval_withdrawal;
pub mod approvals;
pub mod assemble;
pub mod candidate;
pub mod candidate_view;
pub mod claims;
pub mod concessions;
pub mod container;
pub mod countersignatures;
pub mod difference;
pub mod judge;
pub mod judgement;
pub mod layout;
pub mod notices;
pub mod previous;
pub mod release_gate;
pub mod roster;
pub mod signatory;
pub mod statements;
pub mod sums;
