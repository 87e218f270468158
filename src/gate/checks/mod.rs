//! One file a check; see `docs/checks/` for the page of each.
