//! Addenda of a bundle, judged in order, and how long stamps hold with and without them.

use std::collections::{BTreeMap, BTreeSet};

use crate::attestation::sigstore::TrustedTime;
use crate::attestation::verified::Verified;
use crate::attestation::verify::{Anchor, verify};
use crate::model::addendum::{AddendumKind, AddendumName, Covered, Notice, Renewal};
use crate::model::digest::{Sha256Digest, Sha512Digest};
use crate::model::record::ArtifactRecord;
use crate::model::statement::Statement;
use crate::model::time::Timestamp;
use crate::policy::trust::StatementKind;

use super::judgement::Problem;
use super::notices;

/// An addendum as it lies beside the bundle.
#[derive(Debug, Clone)]
pub struct AddendumFile {
    /// From its file name.
    pub name: AddendumName,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl AddendumFile {
    /// As a later addendum covers it.
    #[must_use]
    pub fn covered(&self) -> Covered {
        Measured::of(&self.bytes).covered(self.name.to_string())
    }
}

/// Size and digests of a file that addenda cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// In bytes.
    pub size: u64,
    /// SHA-256.
    pub sha256: Sha256Digest,
    /// SHA-512.
    pub sha512: Sha512Digest,
}

impl Measured {
    /// Of bytes held in memory.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let size = bytes.len() as u64;
        Self { size, sha256: Sha256Digest::of(bytes), sha512: Sha512Digest::of(bytes) }
    }

    /// With the name under which an addendum covers it.
    #[must_use]
    pub fn covered(self, name: impl Into<String>) -> Covered {
        Covered { name: name.into(), size: self.size, sha256: self.sha256, sha512: self.sha512 }
    }

    /// Whether this is what an addendum covers.
    #[must_use]
    pub fn is(self, covered: &Covered) -> bool {
        self.covered(covered.name.clone()) == *covered
    }
}

/// What lies beside a bundle, measured.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The container; measured where there are addenda.
    pub bundle: Option<Measured>,
    /// Products that were given, by name; measured where there are addenda.
    pub artifacts: BTreeMap<String, Measured>,
    /// Addenda by number.
    pub addenda: Vec<AddendumFile>,
}

impl Surroundings {
    /// SHA-256 of each product that was measured.
    #[must_use]
    pub fn product_digests(&self) -> BTreeMap<String, Sha256Digest> {
        self.artifacts.iter().map(|(name, measured)| (name.clone(), measured.sha256)).collect()
    }

    /// The addenda as a later one covers them.
    #[must_use]
    pub fn covered_addenda(&self) -> Vec<Covered> {
        self.addenda.iter().map(AddendumFile::covered).collect()
    }
}

/// A renewal that verified.
#[derive(Debug, Clone)]
pub struct Renewed {
    /// Number of the addendum.
    pub number: u32,
    /// Its own trusted times, at least one.
    pub times: Vec<TrustedTime>,
}

impl Renewed {
    /// The latest of its times: what it renews must still have held then.
    fn made(&self) -> Option<Timestamp> {
        self.times.iter().map(|time| time.time).max()
    }
}

/// Every addendum that verified, and what is wrong with the others.
#[derive(Debug, Default)]
pub struct Addenda {
    /// Renewals, in order.
    pub renewals: Vec<Renewed>,
    /// What persons said after sealing, in order.
    pub notices: Vec<Verified<Statement<Notice>>>,
    /// Problems.
    pub problems: Vec<Problem>,
}

/// Verifies every addendum, in order.
#[must_use]
pub fn collect(
    around: &Surroundings,
    artifacts: &[ArtifactRecord],
    sealed_at: Option<Timestamp>,
    anchor: Anchor<'_>,
) -> Addenda {
    let Addenda { renewals: mut renewed, mut notices, mut problems } = Addenda::default();
    for (position, file) in around.addenda.iter().enumerate() {
        let about = format!("addendum {}", file.name);
        let expected = position + 1;
        if usize::try_from(file.name.number) != Ok(expected) {
            let sentence = format!("{about} has no addendum {expected:02} before it, or stands twice");
            problems.push(Problem::new("addendum-missing", &about, sentence));
        }
        if file.name.kind != AddendumKind::Renewal {
            match notices::verified(file, position, around, anchor) {
                Ok(notice) => notices.push(notice),
                Err(reason) => {
                    problems.push(Problem::new(
                        "addendum-refused",
                        &about,
                        format!("{about} does not count: {reason}"),
                    ));
                }
            }
            continue;
        }
        match renewal(file, position, around, artifacts, anchor) {
            Ok(times) => {
                let before = renewed.last().and_then(Renewed::made).or(sealed_at);
                let now = Renewed { number: file.name.number, times };
                problems.extend(out_of_order(&now, before, &about, anchor));
                renewed.push(now);
            }
            Err(reason) => {
                problems.push(Problem::new("addendum-refused", &about, format!("{about} does not count: {reason}")));
            }
        }
    }
    Addenda { renewals: renewed, notices, problems }
}

/// A renewal is made after what it renews, and not after the day it is judged on.
fn out_of_order(renewed: &Renewed, before: Option<Timestamp>, about: &str, anchor: Anchor<'_>) -> Option<Problem> {
    let skew = anchor.trust.skew_seconds.max(0);
    let made = renewed.times.iter().map(|time| time.time).min()?;
    let last = renewed.made()?;
    let sentence = if before.is_some_and(|before| before.seconds_since(made) > skew) {
        format!("{about} is dated {made}, before what it renews")
    } else if last.is_after_day(anchor.day, skew) {
        format!("{about} is dated {last}, and it is judged on {}", anchor.day)
    } else {
        return None;
    };
    Some(Problem::new("addendum-out-of-order", about, sentence))
}

fn renewal(
    file: &AddendumFile,
    position: usize,
    around: &Surroundings,
    artifacts: &[ArtifactRecord],
    anchor: Anchor<'_>,
) -> Result<Vec<TrustedTime>, String> {
    let verified =
        verify::<Renewal>(&file.bytes, StatementKind::Addendum, anchor).map_err(|error| error.to_string())?;
    let renewal = &verified.predicate;
    if renewal.number != file.name.number {
        return Err(format!("it was made as addendum {:02}", renewal.number));
    }
    if anchor.batch.is_none_or(|batch| batch.device.name != renewal.device || batch.version != renewal.version) {
        return Err("it names another device or version".to_owned());
    }
    let expected = std::iter::once(&renewal.bundle).chain(renewal.addenda.last());
    if expected.into_iter().any(|covered| verified.subject_digest(&covered.name) != Some(covered.sha256)) {
        return Err("its subjects are not what it covers".to_owned());
    }
    covers_products(renewal, around, artifacts)?;
    if !around.bundle.is_some_and(|bundle| bundle.is(&renewal.bundle)) {
        return Err("it covers another container".to_owned());
    }
    let earlier: Vec<Covered> = around.addenda.iter().take(position).map(AddendumFile::covered).collect();
    if earlier != renewal.addenda {
        return Err("it covers other addenda than those before it".to_owned());
    }
    let times = verified.origin().times.clone();
    // What nothing dates renews nothing, whatever the verifier allows elsewhere.
    if times.is_empty() { Err("it carries no stamp".to_owned()) } else { Ok(times) }
}

fn covers_products(renewal: &Renewal, around: &Surroundings, artifacts: &[ArtifactRecord]) -> Result<(), String> {
    let recorded: BTreeMap<String, (u64, Sha256Digest)> =
        artifacts.iter().map(|artifact| (artifact.name.to_string(), (artifact.size, artifact.sha256))).collect();
    let covered: BTreeMap<String, (u64, Sha256Digest)> =
        renewal.artifacts.iter().map(|covered| (covered.name.clone(), (covered.size, covered.sha256))).collect();
    if recorded != covered || covered.len() != renewal.artifacts.len() {
        return Err("it covers other products than the record lists".to_owned());
    }
    for covered in &renewal.artifacts {
        if around.artifacts.get(&covered.name).is_some_and(|given| !given.is(covered)) {
            return Err(format!("product {} has another SHA-512 than it covers", covered.name));
        }
    }
    Ok(())
}

/// Something whose date the evidence needs, and who vouches for it.
#[derive(Debug)]
pub struct Dated<'a> {
    /// For people: `record`, `seal`, an approval's entry.
    pub what: String,
    /// Who vouches for its time.
    pub times: &'a [TrustedTime],
    /// How many distinct ones must still be good.
    pub needed: usize,
}

/// Until when a date holds: `None` is no known end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon(pub Option<Timestamp>);

impl Horizon {
    fn covers(self, at: Timestamp) -> bool {
        self.0.is_none_or(|until| until >= at)
    }

    fn later(self, other: Self) -> Self {
        match (self.0, other.0) {
            (Some(one), Some(two)) => Self(Some(one.max(two))),
            _ => Self(None),
        }
    }

    /// The earlier of two.
    #[must_use]
    pub fn earlier(self, other: Self) -> Self {
        match (self.0, other.0) {
            (Some(one), Some(two)) => Self(Some(one.min(two))),
            (one, two) => Self(one.or(two)),
        }
    }
}

/// Until when these times hold by themselves: as long as `needed` distinct sources do. In the order of time, for a
/// source that spoke after the earlier ones had ended says nothing of the time before.
fn own(times: &[TrustedTime], needed: usize) -> Horizon {
    let never = Horizon(Timestamp::from_unix(0).ok());
    let mut sorted: Vec<&TrustedTime> = times.iter().collect();
    sorted.sort();
    let mut sources = BTreeSet::new();
    let mut ends: Vec<Horizon> = Vec::new();
    for time in sorted {
        let still = ends.iter().copied().reduce(Horizon::later).is_none_or(|longest| longest.covers(time.time));
        let enough = ends.len() < needed || nth_longest(&ends, needed).is_some_and(|until| until.covers(time.time));
        if still && enough && sources.insert((time.source, time.anchor.as_str())) {
            ends.push(Horizon(time.until));
        }
    }
    nth_longest(&ends, needed).unwrap_or(never)
}

/// The end that `needed` of them reach.
fn nth_longest(ends: &[Horizon], needed: usize) -> Option<Horizon> {
    let mut sorted = ends.to_vec();
    sorted.sort_by_key(|end| std::cmp::Reverse((end.0.is_none(), end.0)));
    sorted.into_iter().nth(needed.max(1) - 1)
}

/// Until when a date holds with every renewal that was made while it still did.
#[must_use]
pub fn horizon(dated: &Dated<'_>, renewals: &[Renewed]) -> Horizon {
    let mut horizon = own(dated.times, dated.needed);
    for renewal in renewals {
        if renewal.made().is_some_and(|made| horizon.covers(made)) {
            horizon = horizon.later(own(&renewal.times, dated.needed));
        }
    }
    horizon
}

/// Whether a date still holds on a day.
#[must_use]
pub fn holds(dated: &Dated<'_>, renewals: &[Renewed], at: Timestamp) -> bool {
    horizon(dated, renewals).covers(at)
}

#[cfg(test)]
mod tests {
    use super::{Dated, Horizon, Renewed, holds, horizon};
    use crate::attestation::sigstore::{TimeSource, TrustedTime};
    use crate::model::time::Timestamp;

    fn year(year: i64) -> Timestamp {
        Timestamp::parse(&format!("{year}-01-01T00:00:00Z")).expect("time")
    }

    fn stamp(made: i64, until: Option<i64>) -> TrustedTime {
        let anchor = format!("authority of {made} until {until:?}");
        TrustedTime { time: year(made), source: TimeSource::Stamp, anchor, until: until.map(year) }
    }

    fn seal(times: &[TrustedTime], needed: usize) -> Dated<'_> {
        Dated { what: "seal".to_owned(), times, needed }
    }

    #[test]
    fn a_stamp_holds_until_its_authority_ends_and_longer_only_by_a_renewal_made_before() {
        let times = [stamp(2026, Some(2031))];
        let seal = seal(&times, 1);
        let renewal = |made, until| Renewed { number: 1, times: vec![stamp(made, Some(until))] };
        assert!(holds(&seal, &[], year(2031)) && !holds(&seal, &[], year(2032)));
        assert!(holds(&seal, &[renewal(2030, 2055)], year(2051)));
        assert!(!holds(&seal, &[renewal(2032, 2055)], year(2051)), "renewed too late");
        assert!(!holds(&seal, &[renewal(2030, 2050)], year(2051)), "the renewal ended too");
        assert!(holds(&seal, &[renewal(2030, 2045), renewal(2044, 2060)], year(2051)));
        assert!(!holds(&seal, &[renewal(2030, 2040), renewal(2041, 2060)], year(2051)), "a gap between renewals");
    }

    #[test]
    fn as_many_sources_must_hold_as_are_needed() {
        let times = [stamp(2026, Some(2031)), stamp(2026, Some(2040)), stamp(2026, None)];
        assert_eq!(horizon(&seal(&times, 1), &[]), Horizon(None));
        assert_eq!(horizon(&seal(&times, 2), &[]), Horizon(Some(year(2040))));
        assert_eq!(horizon(&seal(&times, 3), &[]), Horizon(Some(year(2031))));
        assert!(!holds(&seal(&times, 4), &[], year(2026)), "fewer sources than needed");
        assert!(!holds(&seal(&[], 1), &[], year(2026)), "no source at all");
        let twice = [stamp(2026, Some(2031)), stamp(2026, Some(2031)), stamp(2025, Some(2028))];
        assert_eq!(horizon(&seal(&twice, 2), &[]), Horizon(Some(year(2028))), "one source counted twice");
    }

    #[test]
    fn a_stamp_made_after_the_earlier_ones_ended_extends_nothing() {
        let late = [stamp(2026, Some(2027)), stamp(2028, Some(2060))];
        assert_eq!(horizon(&seal(&late, 1), &[]), Horizon(Some(year(2027))));
        let in_time = [stamp(2026, Some(2028)), stamp(2027, Some(2060))];
        assert_eq!(horizon(&seal(&in_time, 1), &[]), Horizon(Some(year(2060))));
        let single = Renewed { number: 1, times: vec![stamp(2027, Some(2060))] };
        let two = [stamp(2026, Some(2028)), stamp(2025, Some(2028))];
        assert!(!holds(&seal(&two, 2), &[single], year(2040)), "a renewal by one source where two are needed");
    }
}
