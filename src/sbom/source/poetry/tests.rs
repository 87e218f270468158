//! Small literals, each accept with its sibling reject.
