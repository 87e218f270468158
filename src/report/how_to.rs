//! `HOW-TO-VERIFY.md`: checking the bundle without this program.

use minijinja::AutoEscape;

use super::page::{Page, PageError, render};

/// Renders the instructions. Every value in them is a digest, a name of the closed alphabet or a
/// time; free text of people is left out, so that nothing needs Markdown or shell escaping.
///
/// # Errors
/// [`PageError`] when the template is wrong.
pub fn how_to_verify(page: &Page) -> Result<String, PageError> {
    render("HOW-TO-VERIFY.md", include_str!("templates/how-to-verify.md"), AutoEscape::None, page)
}
