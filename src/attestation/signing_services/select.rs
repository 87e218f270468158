//! Which of the named services count, and how many of them are asked (steps 1 to 3).

use std::borrow::Cow;

use sigstore_trust_root::signing_config::{ServiceConfiguration, ServiceEndpoint, ServiceSelector};

use crate::model::time::Timestamp;

use super::SigningServicesError;

/// No service of the kind named at all is a choice; named ones that do not count are an error.
pub(super) fn optional<'a>(
    what: &'static str,
    services: &'a [ServiceEndpoint],
    wanted: &ServiceConfiguration,
    versions: &[u32],
    now: Timestamp,
) -> Result<Vec<&'a ServiceEndpoint>, SigningServicesError> {
    if services.is_empty() && wanted.selector != ServiceSelector::Exact {
        return Ok(Vec::new());
    }
    select(what, services, wanted, versions, now)
}

pub(super) fn select<'a>(
    what: &'static str,
    services: &'a [ServiceEndpoint],
    wanted: &ServiceConfiguration,
    versions: &[u32],
    now: Timestamp,
) -> Result<Vec<&'a ServiceEndpoint>, SigningServicesError> {
    let mut chosen: Vec<&ServiceEndpoint> = Vec::new();
    let now = jiff::Timestamp::from_second(now.unix()).unwrap_or(jiff::Timestamp::MIN);
    let usable =
        |service: &&ServiceEndpoint| versions.contains(&service.major_api_version) && service.valid_for.contains(now);
    for service in services.iter().filter(usable) {
        match chosen.iter_mut().find(|other| other.operator == service.operator) {
            Some(other) if other.major_api_version < service.major_api_version => *other = service,
            Some(_) => {}
            None => chosen.push(service),
        }
    }
    let (count, expected) = match wanted.selector {
        ServiceSelector::All => (chosen.len().max(1), Cow::Borrowed("at least 1")),
        ServiceSelector::Any => (1, Cow::Borrowed("at least 1")),
        ServiceSelector::Exact => {
            let count = wanted.count.unwrap_or(0) as usize;
            (count, Cow::Owned(format!("exactly {count}")))
        }
        _ => (0, Cow::Borrowed("a selector: ANY, ALL or EXACT")),
    };
    if count == 0 || chosen.len() < count {
        return Err(SigningServicesError::TooFew { what, got: chosen.len(), expected });
    }
    chosen.truncate(count);
    Ok(chosen)
}
