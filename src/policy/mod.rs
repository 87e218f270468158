//! The files that people write: `batchseal.toml` (what a batch claims), `trust.toml` (whom and what the
//! verifier believes), `components.toml` (components that no package manager knows) and `support.toml`
//! (who maintains components, and for how long). Raw text becomes a valid value in one place, here.

pub mod ages;
pub mod anchors;
mod batch;
pub mod branches;
pub mod components;
pub mod error;
pub mod evidence;
pub mod facts;
mod file;
pub mod identity;
pub mod keys;
mod parse_algorithms;
mod parse_anchors;
mod parse_components;
mod parse_deputies;
mod parse_evidence;
mod parse_facts;
mod parse_gate;
mod parse_keyless;
mod parse_keys;
mod parse_pipeline;
mod parse_products;
mod parse_release;
mod parse_signing;
mod parse_support;
mod parse_trust;
mod parse_udi;
pub mod pipeline;
pub mod pkcs11_uri;
pub mod place;
mod reader;
pub mod release;
pub mod signing;
pub mod support;
pub mod text_rules;
pub mod trust;

pub use file::MAX_FILE;
pub use parse_anchors::certificates_of_pem;
pub use parse_gate::HIGHEST_CHECK;
pub use parse_trust::KeyFiles;
