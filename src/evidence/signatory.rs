//! Who may sign a candidate in which role: in their own right, or as the deputy of somebody.

use std::borrow::Cow;

use ssh_key::public::KeyData;

use crate::attestation::sshsig::{algorithm_of, same_key};
use crate::model::algorithm::AlgorithmError;
use crate::model::hint::Hint;
use crate::model::role::Role;
use crate::policy::trust::{Deputyship, Person, Trust};

/// Why this key may not sign in this role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatoryError {
    /// No key is both pipeline and person.
    #[error("key {fingerprint} is the key of the pipeline {signer:?}, which cannot approve")]
    PipelineKey {
        /// `SHA256:…`.
        fingerprint: String,
        /// Name of the signer in the trust file.
        signer: String,
    },
    /// Not in the roster.
    #[error("key {0} belongs to nobody in the roster of the trust file")]
    UnknownKey(String),
    /// In the roster of more than one person.
    #[error("key {fingerprint} belongs to {first:?} and to {second:?} (expected one person)")]
    Shared {
        /// `SHA256:…`.
        fingerprint: String,
        /// A person.
        first: String,
        /// Another one.
        second: String,
    },
    /// Another role.
    #[error("{person:?} does not hold the role {role} (the roster gives: {held})")]
    Role {
        /// Printed name.
        person: String,
        /// Role asked for.
        role: Role,
        /// Roles held.
        held: String,
    },
    /// Deputy of more than one who holds the role.
    #[error("{person:?} is deputy of several who hold the role {role}: {principals}")]
    SeveralPrincipals {
        /// Printed name.
        person: String,
        /// Role asked for.
        role: Role,
        /// Whom they deputise for.
        principals: String,
    },
    /// The trust file leaves the key's algorithm out.
    #[error("signature of {person:?} would not count: {error}")]
    Algorithm {
        /// Printed name.
        person: String,
        /// What is left out.
        error: AlgorithmError,
    },
    /// Before, after or revoked.
    #[error("{person:?} is {refusal}")]
    Window {
        /// Printed name.
        person: String,
        /// What the window says.
        refusal: String,
    },
}

impl Hint for SignatoryError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::PipelineKey { .. } => Some("Sign with a key that only the person holds".into()),
            Self::UnknownKey(_) => {
                Some("Have the keeper of the trust file add a [[person]] with this key, or name another --key".into())
            }
            Self::Role { .. } => Some("Name a role that the roster gives with --role".into()),
            Self::SeveralPrincipals { .. } => Some("Say for whom: --deputy-for NAME".into()),
            Self::Algorithm { .. } => Some("Sign with a key of an algorithm on the list".into()),
            Self::Shared { .. } | Self::Window { .. } => None,
        }
    }
}

/// Who may sign in a role, and whose deputy they are there.
#[derive(Debug, Clone, Copy)]
pub struct Signatory<'t> {
    /// The person who signs.
    pub person: &'t Person,
    /// Whose role it is, where it is not their own.
    pub deputy_for: Option<&'t str>,
}

/// The person of the roster who holds this key and may sign in this role on this day (UTC): in their own right unless
/// `deputy_for` names somebody, else as the only deputy of somebody who holds it.
///
/// # Errors
/// [`SignatoryError`].
pub fn signatory<'t>(
    trust: &'t Trust,
    key: &KeyData,
    role: &Role,
    deputy_for: Option<&str>,
    day: &str,
) -> Result<Signatory<'t>, SignatoryError> {
    let person = holder(trust, key, day)?;
    if person.roles.contains(role) && deputy_for.is_none() {
        return Ok(Signatory { person, deputy_for: None });
    }
    deputy(trust, person, role, deputy_for, day).map(|name| Signatory { person, deputy_for: Some(name) })
}

fn deputy<'t>(
    trust: &'t Trust,
    person: &'t Person,
    role: &Role,
    wanted: Option<&str>,
    day: &str,
) -> Result<&'t str, SignatoryError> {
    let holds = |name: &str| trust.person(name).is_some_and(|principal| principal.roles.contains(role));
    let fitting: Vec<&'t Deputyship> = person
        .deputy_for
        .iter()
        .filter(|deputy| holds(&deputy.name) && wanted.is_none_or(|name| deputy.name == name))
        .collect();
    let in_time: Vec<&Deputyship> =
        fitting.iter().filter(|deputy| deputy.window.refusal(day).is_none()).copied().collect();
    match (in_time.as_slice(), fitting.first()) {
        ([deputy], _) => Ok(&deputy.name),
        ([], Some(deputy)) => Err(SignatoryError::Window {
            person: person.name.clone(),
            refusal: format!(
                "as deputy of {:?} {}",
                deputy.name,
                deputy.window.refusal(day).unwrap_or_else(|| "not valid".to_owned())
            ),
        }),
        ([], None) => {
            let own = person.roles.iter().map(Role::to_string);
            let for_others = person.deputy_for.iter().map(|deputy| format!("those of {:?} as deputy", deputy.name));
            let held = own.chain(for_others).collect::<Vec<_>>().join(", ");
            Err(SignatoryError::Role { person: person.name.clone(), role: role.clone(), held })
        }
        (several, _) => Err(SignatoryError::SeveralPrincipals {
            person: person.name.clone(),
            role: role.clone(),
            principals: several.iter().map(|deputy| format!("{:?}", deputy.name)).collect::<Vec<_>>().join(", "),
        }),
    }
}

/// The person of the roster who holds this key and is valid on this day (UTC), whatever the role.
///
/// # Errors
/// [`SignatoryError`].
pub fn holder<'t>(trust: &'t Trust, key: &KeyData, day: &str) -> Result<&'t Person, SignatoryError> {
    let fingerprint = || key.fingerprint(ssh_key::HashAlg::Sha256).to_string();
    if let Some(signer) =
        trust.signers.iter().find(|signer| signer.identity.key().is_some_and(|known| same_key(known, key)))
    {
        return Err(SignatoryError::PipelineKey { fingerprint: fingerprint(), signer: signer.name.clone() });
    }
    let mut holders = trust.persons.iter().filter(|person| person.ssh_keys.iter().any(|known| known.key_data() == key));
    let person = holders.next().ok_or_else(|| SignatoryError::UnknownKey(fingerprint()))?;
    if let Some(other) = holders.find(|other| other.name != person.name) {
        let (first, second) = (person.name.clone(), other.name.clone());
        return Err(SignatoryError::Shared { fingerprint: fingerprint(), first, second });
    }
    if let Some(Err(error)) = algorithm_of(key).map(|algorithm| trust.algorithms.permit(algorithm)) {
        return Err(SignatoryError::Algorithm { person: person.name.clone(), error });
    }
    match person.window.refusal(day) {
        Some(refusal) => Err(SignatoryError::Window { person: person.name.clone(), refusal }),
        None => Ok(person),
    }
}
