//! Every `bom-ref` of a document: each stands for one thing.

use std::borrow::Cow;
use std::collections::HashMap;

use super::fault::{Fault, clip};

/// The references found so far, in document order.
#[derive(Debug, Default)]
pub(super) struct References<'a> {
    found: Vec<Reference<'a>>,
}

/// One reference.
#[derive(Debug)]
pub(super) struct Reference<'a> {
    text: Cow<'a, str>,
    at: usize,
    /// Its owner may be described at several places.
    repeatable: bool,
}

impl<'a> References<'a> {
    pub(super) fn add(&mut self, text: Cow<'a, str>, at: usize, repeatable: bool) {
        self.found.push(Reference { text, at, repeatable });
    }

    /// How many there are, to come back to.
    pub(super) fn mark(&self) -> usize {
        self.found.len()
    }

    /// Takes away what was found after the mark.
    pub(super) fn cut(&mut self, mark: usize) -> Vec<Reference<'a>> {
        self.found.split_off(mark.min(self.found.len()))
    }

    pub(super) fn put_back(&mut self, references: Vec<Reference<'a>>) {
        self.found.extend(references);
    }

    /// # Errors
    /// [`Fault`] at the second owner of a reference.
    pub(super) fn check(&self) -> Result<(), Fault> {
        let mut known: HashMap<&str, bool> = HashMap::with_capacity(self.found.len());
        for Reference { text, at, repeatable } in &self.found {
            if known.insert(text, *repeatable).is_some_and(|first| !(first && *repeatable)) {
                let message =
                    format!("reference {:?} is taken by another object (expected one of its own)", clip(text));
                return Err(Fault::new(*at, message));
            }
        }
        Ok(())
    }
}
