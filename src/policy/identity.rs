//! Who a pipeline is to the verifier: a key it holds, a workload by its exact claims, or a certificate holder.

use crate::model::batch::Batch;
use crate::model::key::PublicKey;

/// How a `[[signer]]` is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignerIdentity {
    /// A public key that the verifier holds.
    Key(PublicKey),
    /// A workload with a certificate of a Sigstore instance.
    Keyless(Box<KeylessIdentity>),
    /// The holder of a certificate of a company's own authority.
    Certificate(CertificateIdentity),
}

impl SignerIdentity {
    /// The key, for a signer that is known by one.
    #[must_use]
    pub const fn key(&self) -> Option<&PublicKey> {
        match self {
            Self::Key(key) => Some(key),
            Self::Keyless(_) | Self::Certificate(_) => None,
        }
    }

    /// In words for a page.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Key(key) => format!("{} key {}", key.algorithm(), key.sha256()),
            Self::Keyless(identity) => format!("{} by {}", identity.subject.as_text(), identity.issuer),
            Self::Certificate(identity) => format!("{} by {}", identity.subject, identity.root),
        }
    }
}

/// Exact claims of a Fulcio certificate (design rule 4). Names alone are not enough, for they can be
/// registered again: a claim that the certificate carries and that is not named here refuses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeylessIdentity {
    /// Name of the `[[sigstore]]` table whose root issued the certificate.
    pub root: String,
    /// Issuer of the identity token.
    pub issuer: String,
    /// Name in the certificate.
    pub subject: Template,
    /// Workflow that asked for the certificate, with its ref.
    pub workflow: Option<Template>,
    /// Commit of that workflow.
    pub workflow_digest: Option<Template>,
    /// Number of the repository.
    pub repository_id: Option<String>,
    /// Number of the owner.
    pub owner_id: Option<String>,
    /// Kind of runner.
    pub runner: Option<String>,
    /// Event that started the run.
    pub trigger: Option<String>,
    /// Ref that was built.
    pub reference: Option<Template>,
    /// Whether the certificate's commit must be the batch's; `false` only for who signs no evidence of a build.
    pub of_batch: bool,
}

/// The holder of a certificate of a company's own authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateIdentity {
    /// Name of the `[[certificate-root]]` table.
    pub root: String,
    /// Subject, exactly, in RFC 4514's text form.
    pub subject: String,
}

/// Exact text in which `{tag}`, `{version}` and `{commit}` stand for the batch's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(String);

/// What may stand in braces.
const PLACES: [&str; 3] = ["{tag}", "{version}", "{commit}"];

impl Template {
    /// Parses; a brace that opens no known place is refused.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.to_owned();
        for place in PLACES {
            rest = rest.replace(place, "");
        }
        (!text.is_empty() && !rest.contains(['{', '}'])).then(|| Self(text.to_owned()))
    }

    /// Exactly this text, whatever the batch.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// As it was written.
    #[must_use]
    pub fn as_text(&self) -> &str {
        &self.0
    }

    /// The text that is expected of this batch. One pass: what a value brings is not looked at again.
    #[must_use]
    pub fn of(&self, batch: &Batch) -> String {
        let mut text = String::new();
        let mut rest = self.0.as_str();
        while let Some(at) = rest.find('{') {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            match PLACES.iter().find(|place| rest.starts_with(**place)) {
                Some(place) => {
                    match *place {
                        "{tag}" => text.push_str(&batch.tag),
                        "{version}" => text.push_str(&batch.version.to_string()),
                        _ => text.push_str(&batch.commit.to_string()),
                    }
                    rest = &rest[place.len()..];
                }
                None => {
                    text.push('{');
                    rest = &rest[1..];
                }
            }
        }
        text.push_str(rest);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Template;

    #[test]
    fn accepts_known_places_and_refuses_other_braces() {
        for text in ["refs/tags/{tag}", "plain", "{commit}", "a{version}b"] {
            assert!(Template::parse(text).is_some(), "{text} was refused");
        }
        for text in ["", "{any}", "refs/tags/*{", "}", "{tag", "{ tag }"] {
            assert!(Template::parse(text).is_none(), "{text} was accepted");
        }
    }
}
