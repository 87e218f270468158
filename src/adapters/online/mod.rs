//! Everything that talks to a network (feature `online`): one HTTP client, and what is asked with it.

pub mod authority;
pub mod client;
pub mod error;
pub mod identity;
pub mod keyless;
pub mod log;
pub mod roots;
pub mod signing;
pub mod stamp_authority;
pub mod stamped;
pub mod trust_repository;

mod retry;
