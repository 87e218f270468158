//! References: `name/version[@user/channel][#recipe revision][:package id...][%time]`.

use std::fmt;

use crate::sbom::purl::{self, PurlError};
use crate::sbom::source::Package;

/// A recipe at a version, as a lockfile names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference<'a> {
    pub(super) name: &'a str,
    pub(super) version: &'a str,
    user: Option<&'a str>,
    channel: Option<&'a str>,
    revision: Option<&'a str>,
}

impl<'a> Reference<'a> {
    /// Reads a reference, or says what was found.
    pub(super) fn parse(text: &'a str) -> Result<Self, String> {
        let fail = || {
            let cut: String = text.chars().take(120).collect();
            format!("{cut:?} is no reference (expected name/version@user/channel#revision)")
        };
        let (rest, _time) = split(text, '%');
        let (rest, revision) = split(rest, '#');
        let revision = revision.map(|text| split(text, ':').0);
        let (rest, place) = split(rest, '@');
        let (user, channel) = place.map_or((None, None), |place| {
            let (user, channel) = split(place, '/');
            (Some(user).filter(|text| !text.is_empty()), channel)
        });
        let (name, version) = rest.split_once('/').ok_or_else(fail)?;
        // Conan writes "_" and "0" for what is not there.
        let given = |text: Option<&'a str>, none: &str| text.filter(|text| *text != none);
        let (user, channel) = (given(user, "_"), given(channel, "_"));
        let revision = given(revision, "0");
        let fits = |text: &str| !text.is_empty() && !text.contains(['/', ' ', '[', ']', '\\']);
        let parts = [Some(name), Some(version), user, channel, revision];
        let begins = name.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
        if !begins || !parts.into_iter().flatten().all(fits) {
            return Err(fail());
        }
        Ok(Self { name, version, user, channel, revision })
    }

    /// The package of this reference.
    pub(super) fn package(&self) -> Result<Package, PurlError> {
        let qualifiers = [("channel", self.channel), ("rrev", self.revision), ("user", self.user)];
        let purl = purl::qualified("conan", self.name, self.version, &qualifiers)?;
        Ok(Package::new(self.name, self.version, purl))
    }
}

impl fmt::Display for Reference<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}/{}", self.name, self.version)?;
        self.user.map_or(Ok(()), |user| write!(to, "@{user}"))?;
        self.channel.map_or(Ok(()), |channel| write!(to, "/{channel}"))?;
        self.revision.map_or(Ok(()), |revision| write!(to, "#{revision}"))
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(head, tail)| (head, Some(tail)))
}
