//! Feeds the readers of documents of design control: traces, anomaly lists and checklists.

#![no_main]

use std::sync::LazyLock;

use batchseal::intake::trace::{self, Trace, tags::Tags};
use batchseal::intake::{anomaly_list::AnomalyList, plan_checklist};
use batchseal_fuzz::{files, own_name};
use libfuzzer_sys::fuzz_target;

static FEED: LazyLock<fn(&[u8])> = LazyLock::new(|| match own_name().as_str() {
    "trace" => traces,
    "anomaly-list" => anomalies,
    "plan-checklist" => checklist,
    name => panic!("no reader for {name}"),
});

fuzz_target!(|input: &[u8]| FEED(input));

/// What was read becomes one trace, whose links and ids are within it.
fn traces(input: &[u8]) {
    let there = files("trace", input);
    let parts = there.iter().filter_map(|(name, bytes)| trace::read(name, bytes).ok()).collect();
    let Ok(trace) = Trace::merge(parts) else { return };
    let count = trace.items().len();
    for (at, item) in trace.items().iter().enumerate() {
        assert_eq!(trace.find(&item.id), Some(at));
        assert!(trace.parents(at).iter().chain(trace.children(at)).all(|other| *other < count));
    }
    let tags = Tags::of(trace.items().iter().enumerate().map(|(at, item)| (at, item.id.as_str())));
    for item in trace.items() {
        assert!(tags.in_name(&item.title).iter().all(|at| *at < count));
    }
}

fn anomalies(input: &[u8]) {
    if let Some(form) = AnomalyList::form_of("list", input) {
        let _ = AnomalyList::read(form, input);
    }
}

fn checklist(input: &[u8]) {
    if let Some(form) = plan_checklist::form_of("list", input) {
        let _ = plan_checklist::read(form, input);
    }
}
