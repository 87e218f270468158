//! The world: the only layer with IO, one file for each outside thing.
#![allow(clippy::disallowed_methods, reason = "this layer is where the world is touched")]

pub mod build;
pub mod clock;
pub mod files;
pub mod terminal;
