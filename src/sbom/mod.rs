//! Software bills of materials: the component graph, CycloneDX out and in, profiles.

pub mod predicate;
