//! Runs the build under `design.md` section 5, rule 14, and describes the machine it ran on.
//!
//! What is kept from the build: every environment variable that is not allow-listed
//! ([`environment`]), every descriptor beyond 0 to 2, standard input, and the memory and environment
//! of this program ([`process::shield`]). What it cannot reach afterwards: [`process::run`] returns only
//! when no process that the build started is alive, so that nothing of it runs while a key is in use.
//!
//! What this is not: a sandbox. The build runs as the same user and reads the same files. A process that
//! another service starts for the build (a container engine, a service manager) is not seen.

pub mod aside;
mod beneath;
mod descendants;
pub mod environment;
mod job;
mod lookup;
mod names;
mod places;
pub mod process;
pub mod products;
pub mod runner;
pub mod toolchain;
