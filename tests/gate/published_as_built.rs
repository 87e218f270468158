//! RG-43: nothing is published when the gate runs.

use batchseal::gate::check::Check;
use batchseal::gate::checks::published_as_built::PublishedAsBuilt;
use batchseal::model::outcome::{Outcome, Severity};

use crate::fixture::World;

#[test]
fn is_never_judged_at_the_gate_and_only_warns() {
    let world = World::new();
    for outcome in [world.candidate(&PublishedAsBuilt), world.release(&PublishedAsBuilt)] {
        let Outcome::Inconclusive { reason } = outcome else { panic!("{outcome:?}") };
        assert!(reason.contains("nothing is published"), "{reason}");
    }
    assert_eq!(PublishedAsBuilt.meta().severity, Severity::Warn);
}
