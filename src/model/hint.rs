//! The one next step that an error proposes.

use std::borrow::Cow;

/// Every error enum of the library implements this beside its messages.
pub trait Hint: std::error::Error {
    /// One action in the imperative, or `None` where nothing useful can be said.
    fn hint(&self) -> Option<Cow<'static, str>>;
}
