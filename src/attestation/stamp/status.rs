//! PKIStatusInfo: an authority's yes or no, in words (RFC 3161, 2.4.2; RFC 4210, 5.2.3).

use der::asn1::{BitStringRef, Utf8StringRef};
use der::{Decode, Tag};

use crate::policy::error::quote;

use super::error::StampError;
use super::walk::Walk;

/// Most texts.
const MOST_TEXTS: usize = 16;

/// PKIFailureInfo, by bit.
const FAILURES: [(usize, &str); 8] = [
    (0, "unknown or unsupported algorithm"),
    (2, "request not permitted"),
    (5, "malformed data"),
    (14, "its time source is not available"),
    (15, "policy not supported"),
    (16, "extension not supported"),
    (17, "additional information not available"),
    (25, "system failure"),
];

/// Refuses what is not granted (0) or granted with modifications (1). Says whether nothing else stands there.
pub(super) fn check(mut walk: Walk<'_>) -> Result<bool, StampError> {
    let status: u8 = walk.decode()?;
    let text = walk.take_if(Tag::Sequence)?.map(|item| texts(item.content)).transpose()?.unwrap_or_default();
    let failures = walk.take_if(Tag::BitString)?.map(|item| failures(item.whole)).transpose()?.unwrap_or_default();
    walk.end()?;
    if status > 1 {
        return Err(StampError::Refused { status: name_of(status), failures, text });
    }
    Ok(status == 0 && text.is_empty() && failures.is_empty())
}

fn name_of(status: u8) -> String {
    match status {
        2 => "rejection".to_owned(),
        3 => "waiting".to_owned(),
        4 => "revocation warning".to_owned(),
        5 => "revocation notification".to_owned(),
        other => format!("status {other}"),
    }
}

fn texts(content: &[u8]) -> Result<Vec<String>, StampError> {
    let malformed = |_| StampError::Malformed { part: "status text" };
    let items = Walk::new("status text", content).all(MOST_TEXTS)?;
    items
        .iter()
        .map(|item| Utf8StringRef::from_der(item.whole).map(|text| quote(text.as_str())).map_err(malformed))
        .collect()
}

fn failures(der: &[u8]) -> Result<Vec<String>, StampError> {
    let bits = BitStringRef::from_der(der).map_err(|_| StampError::Malformed { part: "failure information" })?;
    let set = bits.bits().enumerate().filter(|(_, is_set)| *is_set);
    Ok(set
        .map(|(bit, _)| {
            let name = FAILURES.iter().find(|(known, _)| *known == bit);
            name.map_or_else(|| format!("failure bit {bit}"), |(_, name)| (*name).to_owned())
        })
        .collect())
}
