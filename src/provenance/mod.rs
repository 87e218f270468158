//! Where the product came from: raw git objects and the sorted tree listing, read from bytes alone.
//!
//! The recorder stores the tag, the commit and the tree listing as they are; whoever verifies computes
//! the ids again from those bytes (design, trust rule 8: git ids are identifiers, a SHA-256 binds the source).

pub mod commit_message;
mod git_header;
pub mod git_object;
pub mod git_signature;
pub mod history;
pub mod redact;
pub mod remote;
pub mod statement;
pub mod tree;
mod tree_root;
