//! The machine's clock and `SOURCE_DATE_EPOCH`. Nothing read here is a trusted time.

use crate::model::time::Timestamp;

/// Now, whole seconds, at the machine's local offset.
#[must_use]
pub fn now() -> Timestamp {
    let zoned = jiff::Zoned::now();
    let seconds = zoned.timestamp().as_second();
    Timestamp::new(seconds, zoned.offset().seconds())
        .or_else(|_| Timestamp::from_unix(seconds))
        .unwrap_or_else(|_| epoch())
}

/// Time for ZIP and SBOM fields: `SOURCE_DATE_EPOCH` where set (reproducible-builds.org), else `fallback`.
#[must_use]
pub fn document_time(fallback: Timestamp) -> Timestamp {
    std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|text| text.parse::<i64>().ok())
        .and_then(|seconds| Timestamp::from_unix(seconds).ok())
        .unwrap_or(fallback)
}

fn epoch() -> Timestamp {
    Timestamp::from_unix(0).unwrap_or_else(|_| unreachable!("zero seconds is a representable time"))
}
