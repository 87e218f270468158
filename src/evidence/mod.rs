//! Assembles and judges records, approvals and seals; pure.

pub mod approval;
pub mod roster;
