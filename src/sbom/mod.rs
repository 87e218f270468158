//! Software bills of materials: the component graph, CycloneDX out and in, profiles.
//!
//! ```text
//! Cargo metadata ─ cargo ─▶ graph ─ cyclonedx ─▶ document ─▶ bytes ─ predicate ─▶ statement
//!                                                    ▲                  │
//!                               profile, gate checks ┴──── strict read ◀┘
//! ```
//!
//! [`graph`] is the middle: every ecosystem's reader ends there, and every writer starts there.

pub mod apply;
pub mod assemble;
pub mod cargo;
pub mod component;
pub mod cyclonedx;
pub mod declared;
pub mod diff;
pub mod document;
pub mod enrich;
pub mod fda_draft;
pub mod foreign;
pub mod graph;
pub mod import;
pub mod inventory;
pub mod licence;
pub mod merge;
pub mod predicate;
pub mod profile;
pub mod purl;
pub mod source;
pub mod spdx2;
pub mod spdx3;
mod spdx_view;
pub mod supplier;
pub mod support;
pub mod support_sheet;
