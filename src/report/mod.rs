//! Pages and texts for people; every foreign word is escaped for its place.

pub mod gate;
pub mod judgement;
