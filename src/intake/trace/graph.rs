//! One trace of many parts: ids to positions, links in both directions, and what does not fit.

use std::collections::BTreeMap;

use super::{Defect, Item, Kind, MAX_ITEMS, MAX_LINKS, Part, Trace, TraceError};

pub(super) fn merge(parts: Vec<Part>) -> Result<Trace, TraceError> {
    let mut trace = Trace {
        items: Vec::new(),
        by_id: BTreeMap::new(),
        parents: Vec::new(),
        children: Vec::new(),
        defects: Vec::new(),
    };
    let mut links: Vec<(String, String)> = Vec::new();
    for part in parts {
        for mut item in part.items {
            let own = std::mem::take(&mut item.links);
            links.extend(own.into_iter().map(|to| (item.id.clone(), to)));
            add(&mut trace, item)?;
        }
        links.extend(part.links);
        if links.len() > MAX_LINKS {
            return Err(TraceError::TooMany { what: "links", limit: MAX_LINKS });
        }
    }
    connect(&mut trace, links);
    find_cycles(&mut trace);
    trace.defects.sort();
    trace.defects.dedup();
    Ok(trace)
}

fn add(trace: &mut Trace, item: Item) -> Result<(), TraceError> {
    if trace.by_id.contains_key(&item.id) {
        trace.defects.push(Defect::DuplicateId { id: item.id });
        return Ok(());
    }
    if trace.items.len() == MAX_ITEMS {
        return Err(TraceError::TooMany { what: "items", limit: MAX_ITEMS });
    }
    trace.by_id.insert(item.id.clone(), trace.items.len());
    trace.items.push(item);
    Ok(())
}

fn connect(trace: &mut Trace, mut links: Vec<(String, String)>) {
    trace.parents = vec![Vec::new(); trace.items.len()];
    trace.children = vec![Vec::new(); trace.items.len()];
    links.sort_unstable();
    links.dedup();
    for (from, to) in links {
        let (Some(&child), Some(&parent)) = (trace.by_id.get(&from), trace.by_id.get(&to)) else {
            trace.defects.push(Defect::DanglingLink { from, to });
            continue;
        };
        trace.parents[child].push(parent);
        trace.children[parent].push(child);
        trace.items[child].links.push(to);
    }
}

/// Links that close a circle among requirements, or among risk controls. Between kinds both directions are usual.
fn find_cycles(trace: &mut Trace) {
    let same = |from: usize, to: usize| {
        let (from, to) = (trace.items[from].kind, trace.items[to].kind);
        from == to && matches!(from, Kind::Requirement | Kind::RiskControl)
    };
    // 0: not seen, 1: on the path, 2: done.
    let mut state = vec![0_u8; trace.items.len()];
    let mut found = Vec::new();
    for start in 0..trace.items.len() {
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        let mut path = vec![(start, 0)];
        while let Some((at, next)) = path.last_mut() {
            let Some(&parent) = trace.parents[*at].get(*next) else {
                state[*at] = 2;
                path.pop();
                continue;
            };
            *next += 1;
            if !same(*at, parent) {
                continue;
            }
            match state[parent] {
                0 => {
                    state[parent] = 1;
                    path.push((parent, 0));
                }
                1 => {
                    found.push(Defect::Cycle { from: trace.items[*at].id.clone(), to: trace.items[parent].id.clone() })
                }
                _ => {}
            }
        }
    }
    trace.defects.extend(found);
}
