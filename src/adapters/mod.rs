//! The world: the only layer with IO, one file for each outside thing.
#![allow(clippy::disallowed_methods, reason = "this layer is where the world is touched")]

pub mod attempts;
pub mod batch_folder;
pub mod clock;
pub mod files;
<<<<<<< HEAD
pub mod program;
pub mod sealing;
=======
pub mod git;
>>>>>>> h-git
pub mod terminal;
