//! Cargo's feature resolver, version 2 (doc.rust-lang.org/cargo/reference/resolver.html#feature-resolver-version-2).
//!
//! `cargo metadata` unifies features over platforms, kinds and development dependencies, so that
//! its graph is larger than what a build compiles. This is the second step that `cargo build` does:
//!
//! 1. features of the selected packages are switched on, then those that dependencies ask for;
//! 2. a dependency whose platform is not built counts for nothing;
//! 3. build dependencies and procedural macros, and all below them, have features of their own;
//! 4. development dependencies count for nothing.
//!
//! Everything grows only, so the order of work does not matter and a work list replaces recursion.

use std::collections::{HashMap, HashSet};

use super::index::{Declared, Index};

/// For which machine a package is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Side {
    /// Runs in the product.
    Target,
    /// Runs during the build.
    Host,
}

/// A value of a `[features]` list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// `name`.
    Feature(&'a str),
    /// `dep:name`.
    Dependency(&'a str),
    /// `name/feature`, or `name?/feature` (weak).
    DependencyFeature { name: &'a str, feature: &'a str, weak: bool },
}

impl<'a> Value<'a> {
    /// Reads a value as a manifest spells it.
    pub(super) fn parse(text: &'a str) -> Self {
        match (text.split_once('/'), text.strip_prefix("dep:")) {
            (Some((name, feature)), _) => {
                let strong = name.strip_suffix('?');
                Self::DependencyFeature { name: strong.unwrap_or(name), feature, weak: strong.is_some() }
            }
            (None, Some(name)) => Self::Dependency(name),
            (None, None) => Self::Feature(text),
        }
    }
}

/// What is switched on for one package on one side.
#[derive(Debug, Default)]
struct State<'a> {
    features: HashSet<&'a str>,
    /// Optional dependencies that are on, by name in the manifest.
    dependencies: HashSet<&'a str>,
    /// Weak features that wait for their dependency.
    deferred: HashMap<&'a str, Vec<&'a str>>,
    entered: bool,
}

enum Task<'a> {
    Enter(usize, Side),
    Switch(usize, Side, Value<'a>),
}

/// Features of every package on each side.
pub(super) struct Features<'i, 'a> {
    index: &'i Index<'a>,
    states: HashMap<(usize, Side), State<'a>>,
    tasks: Vec<Task<'a>>,
}

impl<'i, 'a> Features<'i, 'a> {
    /// Resolves from the selected packages and the features asked for.
    pub(super) fn resolve(index: &'i Index<'a>, roots: &[(usize, Vec<Value<'a>>)]) -> Self {
        let mut features = Self { index, states: HashMap::new(), tasks: Vec::new() };
        for (root, values) in roots {
            let is_macro = index.packages.get(*root).is_some_and(|entry| entry.is_proc_macro);
            for side in if is_macro { &[Side::Target, Side::Host][..] } else { &[Side::Target] } {
                features.tasks.extend(values.iter().map(|value| Task::Switch(*root, *side, *value)));
                features.tasks.push(Task::Enter(*root, *side));
            }
        }
        while let Some(task) = features.tasks.pop() {
            match task {
                Task::Enter(package, side) => features.enter(package, side),
                Task::Switch(package, side, Value::Feature(name)) => features.switch(package, side, name),
                Task::Switch(package, side, Value::Dependency(name)) => features.activate(package, side, name),
                Task::Switch(package, side, Value::DependencyFeature { name, feature, weak }) => {
                    features.pass_on(package, side, name, feature, weak);
                }
            }
        }
        features
    }

    /// Whether a declared dependency of a package takes part on this side.
    pub(super) fn takes_part(&self, package: usize, side: Side, declared: &Declared<'_>) -> bool {
        is_active(side, declared)
            && (!declared.dependency.optional
                || self.states.get(&(package, side)).is_some_and(|state| state.dependencies.contains(declared.name)))
    }

    fn state(&mut self, package: usize, side: Side) -> &mut State<'a> {
        self.states.entry((package, side)).or_default()
    }

    /// Dependencies of a package that are active on this side, optional ones too.
    fn declared(
        &self,
        package: usize,
        side: Side,
    ) -> impl Iterator<Item = (&'i Declared<'a>, usize, Side)> + use<'i, 'a> {
        let index = self.index;
        index.packages.get(package).into_iter().flat_map(|entry| &entry.dependencies).filter_map(move |declared| {
            let to = declared.package.filter(|_| is_active(side, declared))?;
            Some((declared, to, side_of(index, side, declared, to)))
        })
    }

    fn enter(&mut self, package: usize, side: Side) {
        if std::mem::replace(&mut self.state(package, side).entered, true) {
            return;
        }
        for (declared, to, below) in self.declared(package, side).filter(|(one, ..)| !one.dependency.optional) {
            self.depend(declared, to, below);
        }
    }

    /// Switches on what a dependency asks of the package it names.
    fn depend(&mut self, declared: &Declared<'a>, to: usize, below: Side) {
        let dependency = declared.dependency;
        self.tasks.extend(dependency.features.iter().map(|text| Task::Switch(to, below, Value::parse(text))));
        if dependency.uses_default_features && self.has_feature(to, "default") {
            self.tasks.push(Task::Switch(to, below, Value::Feature("default")));
        }
        self.tasks.push(Task::Enter(to, below));
    }

    fn has_feature(&self, package: usize, name: &str) -> bool {
        self.index.packages.get(package).is_some_and(|entry| entry.package.features.contains_key(name))
    }

    fn switch(&mut self, package: usize, side: Side, name: &'a str) {
        if !self.state(package, side).features.insert(name) {
            return;
        }
        let index = self.index;
        let values = index.packages.get(package).and_then(|entry| entry.package.features.get(name));
        let values = values.into_iter().flatten().map(|text| Task::Switch(package, side, Value::parse(text)));
        self.tasks.extend(values);
    }

    /// Switches on an optional dependency, and the weak features that waited for it.
    fn activate(&mut self, package: usize, side: Side, name: &'a str) {
        let state = self.state(package, side);
        if !state.dependencies.insert(name) {
            return;
        }
        let waiting = state.deferred.remove(name).unwrap_or_default();
        for (declared, to, below) in self.declared(package, side).filter(|(one, ..)| one.name == name) {
            self.tasks.extend(waiting.iter().map(|feature| Task::Switch(to, below, Value::parse(feature))));
            self.depend(declared, to, below);
        }
    }

    /// Switches on a feature of a dependency.
    fn pass_on(&mut self, package: usize, side: Side, name: &'a str, feature: &'a str, weak: bool) {
        for (declared, to, below) in self.declared(package, side).filter(|(one, ..)| one.name == name) {
            if declared.dependency.optional {
                let state = self.state(package, side);
                if weak && !state.dependencies.contains(name) {
                    state.deferred.entry(name).or_default().push(feature);
                    continue;
                }
                self.tasks.push(Task::Switch(package, side, Value::Dependency(name)));
                // The strong spelling also switches on the implicit feature of the same name.
                if !weak && self.has_feature(package, name) {
                    self.tasks.push(Task::Switch(package, side, Value::Feature(name)));
                }
            }
            self.tasks.push(Task::Switch(to, below, Value::parse(feature)));
        }
    }
}

/// Whether a dependency's kind and platform count on this side.
pub(super) fn is_active(side: Side, declared: &Declared<'_>) -> bool {
    let on_host = side == Side::Host || declared.is_build();
    !declared.is_development() && if on_host { declared.on_host } else { declared.on_target }
}

/// The side that a dependency is built for.
pub(super) fn side_of(index: &Index<'_>, side: Side, declared: &Declared<'_>, to: usize) -> Side {
    let is_macro = index.packages.get(to).is_some_and(|entry| entry.is_proc_macro);
    if side == Side::Host || declared.is_build() || is_macro { Side::Host } else { Side::Target }
}
