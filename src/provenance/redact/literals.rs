//! Stage 1: exact values, found by an Aho-Corasick automaton (Aho and Corasick, CACM 18(6), 1975).
//!
//! Every byte that lies in any match is redacted, also where matches overlap. A byte is released
//! as soon as no match can begin at or before it, so that only the depth of the state is held.

use std::collections::VecDeque;
use std::sync::Arc;

use super::mark;

/// State of the automaton: a node of the trie of all values.
#[derive(Clone, Default)]
struct Node {
    /// Children by byte, sorted.
    next: Vec<(u8, usize)>,
    /// The longest proper suffix that is a node too.
    fail: usize,
    /// Bytes from the root.
    depth: usize,
    /// Length of the longest value that ends here (0: none) and the place of its name.
    found: (usize, usize),
}

/// The automaton.
#[derive(Clone)]
pub(super) struct Literals {
    nodes: Vec<Node>,
    names: Vec<String>,
    /// Bytes that a value begins with.
    first: [bool; 256],
}

impl Default for Literals {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], names: Vec::new(), first: [false; 256] }
    }
}

impl Literals {
    /// Adds a value that is not empty.
    pub(super) fn add(&mut self, name: &str, value: &[u8]) {
        let mut state = 0;
        for &byte in value {
            state = match self.child(state, byte) {
                Some(child) => child,
                None => self.grow(state, byte),
            };
        }
        if let Some(first) = value.first() {
            self.first[usize::from(*first)] = true;
        }
        self.names.push(safe_name(name));
        self.nodes[state].found = (value.len(), self.names.len() - 1);
    }

    fn grow(&mut self, state: usize, byte: u8) -> usize {
        let child = self.nodes.len();
        let depth = self.nodes[state].depth + 1;
        self.nodes.push(Node { depth, ..Node::default() });
        let place = self.nodes[state].next.partition_point(|(other, _)| *other < byte);
        self.nodes[state].next.insert(place, (byte, child));
        child
    }

    fn child(&self, state: usize, byte: u8) -> Option<usize> {
        let next = &self.nodes[state].next;
        next.binary_search_by_key(&byte, |(other, _)| *other).ok().map(|place| next[place].1)
    }

    /// Sets the failure links, breadth first; called once after the last `add`.
    pub(super) fn link(&mut self) {
        let mut queue: VecDeque<usize> = self.nodes[0].next.iter().map(|(_, child)| *child).collect();
        while let Some(state) = queue.pop_front() {
            for (byte, child) in self.nodes[state].next.clone() {
                let fail = self.step(self.nodes[state].fail, byte);
                self.nodes[child].fail = fail;
                if self.nodes[child].found.0 == 0 {
                    self.nodes[child].found = self.nodes[fail].found;
                }
                queue.push_back(child);
            }
        }
    }

    /// The next state; amortised constant, since each failure link shortens the depth.
    fn step(&self, mut state: usize, byte: u8) -> usize {
        loop {
            if let Some(child) = self.child(state, byte) {
                return child;
            }
            if state == 0 {
                return 0;
            }
            state = self.nodes[state].fail;
        }
    }
}

/// Names come from the environment and go into a log.
fn safe_name(name: &str) -> String {
    let safe = !name.is_empty() && name.len() <= 80 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if safe { name.to_owned() } else { "secret".to_owned() }
}

/// A stretch of the stream that is covered by matches.
struct Stretch {
    start: u64,
    end: u64,
    name: usize,
}

/// The automaton's run over one stream.
pub(super) struct LiteralStage {
    literals: Arc<Literals>,
    state: usize,
    /// Bytes not yet released; the first one stands at offset `released`.
    held: VecDeque<u8>,
    released: u64,
    /// Covered stretches that reach into `held`, in order, without overlap.
    covered: VecDeque<Stretch>,
    count: u64,
}

impl LiteralStage {
    pub(super) const fn new(literals: Arc<Literals>) -> Self {
        Self { literals, state: 0, held: VecDeque::new(), released: 0, covered: VecDeque::new(), count: 0 }
    }

    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if self.literals.names.is_empty() {
            out.extend_from_slice(bytes);
            return;
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.state == 0 && self.held.is_empty() {
                let plain = rest.iter().position(|byte| self.literals.first[usize::from(*byte)]).unwrap_or(rest.len());
                out.extend_from_slice(&rest[..plain]);
                self.released += plain as u64;
                rest = &rest[plain..];
            }
            if let Some((byte, after)) = rest.split_first() {
                self.take(*byte, out);
                rest = after;
            }
        }
    }

    fn take(&mut self, byte: u8, out: &mut Vec<u8>) {
        self.state = self.literals.step(self.state, byte);
        self.held.push_back(byte);
        let node = &self.literals.nodes[self.state];
        let ((length, name), depth) = (node.found, node.depth);
        if length > 0 {
            let end = self.released + self.held.len() as u64;
            self.cover(end - length as u64, end, name);
        }
        self.release(depth, out);
    }

    /// Adds a match, merged with those it overlaps. Matches come by rising end.
    fn cover(&mut self, start: u64, end: u64, name: usize) {
        let mut merged = Stretch { start, end, name };
        while self.covered.back().is_some_and(|last| last.end > merged.start) {
            if let Some(last) = self.covered.pop_back().filter(|last| last.start <= merged.start) {
                merged.start = last.start;
                merged.name = last.name;
            }
        }
        self.covered.push_back(merged);
    }

    /// Releases all but the last `keep` bytes.
    fn release(&mut self, keep: usize, out: &mut Vec<u8>) {
        while self.held.len() > keep {
            let Some(byte) = self.held.pop_front() else { return };
            let at = self.released;
            self.released += 1;
            let Some(stretch) = self.covered.front_mut().filter(|stretch| stretch.start <= at) else {
                out.push(byte);
                continue;
            };
            if stretch.start == at {
                self.count += 1;
                mark(self.literals.names.get(stretch.name).map_or("secret", String::as_str), out);
            }
            if stretch.end == self.released {
                self.covered.pop_front();
            }
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        self.release(0, out);
        self.state = 0;
    }
}
