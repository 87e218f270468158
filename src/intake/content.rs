//! Documents whose content the gate reads: refused at the door where it cannot be read.

use super::archive::{self, ArchiveError};
use super::kev::{self, KevError};
use super::soup::{self, SoupError};
use super::vex::{self, VexError};

/// Why a document is not of the kind that it is given as.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// Of kind `vex`.
    #[error(transparent)]
    Vex(#[from] VexError),
    /// Of kind `kev-catalog`.
    #[error(transparent)]
    Kev(#[from] KevError),
    /// Of kind `soup-register` or `soup-review-log`.
    #[error(transparent)]
    Soup(#[from] SoupError),
    /// Of kind `archive-receipt`.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// Reads the content of a document by its kind; other kinds may hold anything.
///
/// # Errors
/// [`ContentError`].
pub fn check(kind: &str, name: &str, bytes: &[u8]) -> Result<(), ContentError> {
    match kind {
        vex::KIND => _ = vex::read(bytes)?,
        kev::KIND => _ = kev::read(bytes)?,
        soup::REGISTER_KIND => _ = soup::register(name, bytes)?,
        soup::REVIEWS_KIND => _ = soup::reviews(name, bytes)?,
        archive::KIND => _ = archive::read(bytes)?,
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn refuses_content_of_another_kind_and_lets_any_other_document_be() {
        for kind in ["vex", "kev-catalog", "soup-register", "soup-review-log", "archive-receipt"] {
            assert!(check(kind, "file.txt", b"some text\n").is_err(), "{kind}");
        }
        assert!(check("risk-management-file", "rmf.pdf", b"%PDF-1.7").is_ok());
    }
}
