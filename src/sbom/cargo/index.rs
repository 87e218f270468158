//! `cargo metadata` as positions: each declared dependency joined with the package Cargo chose for it.

use std::collections::HashMap;

use cargo_metadata::{Dependency, DependencyKind, Metadata, Node, NodeDep, Package, PackageId, TargetKind};

use super::CargoGraphError;
use super::platform::Platforms;

/// Packages of the resolution, by position.
#[derive(Debug)]
pub(super) struct Index<'a> {
    pub(super) packages: Vec<Entry<'a>>,
    by_id: HashMap<&'a PackageId, usize>,
}

/// One package.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) package: &'a Package,
    pub(super) dependencies: Vec<Declared<'a>>,
    pub(super) is_proc_macro: bool,
    pub(super) has_library: bool,
    pub(super) has_build_script: bool,
}

/// One dependency as a manifest declares it.
#[derive(Debug)]
pub(super) struct Declared<'a> {
    pub(super) dependency: &'a Dependency,
    /// Name in the manifest: the `rename`, or the package's name.
    pub(super) name: &'a str,
    /// Position of the package that Cargo chose; `None` where Cargo left it out.
    pub(super) package: Option<usize>,
    pub(super) on_target: bool,
    pub(super) on_host: bool,
}

impl Declared<'_> {
    pub(super) fn is_build(&self) -> bool {
        self.dependency.kind == DependencyKind::Build
    }

    pub(super) fn is_development(&self) -> bool {
        !matches!(self.dependency.kind, DependencyKind::Normal | DependencyKind::Build)
    }
}

impl<'a> Index<'a> {
    /// Joins packages and resolution.
    pub(super) fn new(metadata: &'a Metadata, platforms: &Platforms) -> Result<Self, CargoGraphError> {
        let resolve = metadata.resolve.as_ref().ok_or(CargoGraphError::NoResolve)?;
        let by_id: HashMap<&PackageId, usize> =
            metadata.packages.iter().enumerate().map(|(position, package)| (&package.id, position)).collect();
        let nodes: HashMap<&PackageId, &Node> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
        let entry = |package: &'a Package| {
            let edges = nodes.get(&package.id).map_or(&[][..], |node| node.deps.as_slice());
            let dependencies = join(package, edges, &metadata.packages, &by_id, platforms);
            let has = |kinds: &[TargetKind]| {
                package.targets.iter().any(|target| target.kind.iter().any(|kind| kinds.contains(kind)))
            };
            Entry {
                package,
                dependencies,
                is_proc_macro: has(&[TargetKind::ProcMacro]),
                has_library: has(&[
                    TargetKind::Lib,
                    TargetKind::RLib,
                    TargetKind::DyLib,
                    TargetKind::CDyLib,
                    TargetKind::StaticLib,
                    TargetKind::ProcMacro,
                ]),
                has_build_script: has(&[TargetKind::CustomBuild]),
            }
        };
        Ok(Self { packages: metadata.packages.iter().map(entry).collect(), by_id })
    }

    /// Position of a package.
    pub(super) fn position(&self, id: &PackageId) -> Option<usize> {
        self.by_id.get(id).copied()
    }
}

/// Joins what a manifest declares with the edges of the resolution.
fn join<'a>(
    package: &'a Package,
    edges: &[NodeDep],
    packages: &[Package],
    by_id: &HashMap<&PackageId, usize>,
    platforms: &Platforms,
) -> Vec<Declared<'a>> {
    let mut declared: Vec<Declared<'a>> = package
        .dependencies
        .iter()
        .map(|dependency| {
            let condition = dependency.target.as_ref();
            Declared {
                dependency,
                name: dependency.rename.as_deref().unwrap_or(&dependency.name),
                package: chosen(dependency, edges, packages, by_id),
                on_target: condition.is_none_or(|condition| platforms.on_target(condition)),
                on_host: condition.is_none_or(|condition| platforms.on_host(condition)),
            }
        })
        .collect();
    believe_cargo(&mut declared, platforms);
    declared
}

/// The package behind a declared dependency: same name, kind and condition, and of several such
/// (`foo = "1"` beside a renamed `foo` of another version or source) the one that fits best.
fn chosen(
    dependency: &Dependency,
    edges: &[NodeDep],
    packages: &[Package],
    by_id: &HashMap<&PackageId, usize>,
) -> Option<usize> {
    let same_kind = |edge: &&NodeDep| {
        edge.dep_kinds.is_empty()
            || edge.dep_kinds.iter().any(|info| info.kind == dependency.kind && info.target == dependency.target)
    };
    let renamed = |edge: &NodeDep| dependency.rename.as_ref().is_none_or(|name| name.replace('-', "_") == edge.name);
    edges
        .iter()
        .filter(same_kind)
        .filter_map(|edge| by_id.get(&edge.pkg).map(|position| (edge, *position)))
        .filter_map(|(edge, position)| Some((edge, position, packages.get(position)?)))
        .filter(|(_, _, package)| package.name.as_str() == dependency.name)
        .max_by_key(|(edge, position, package)| {
            let source = package.source.as_ref().map(|source| source.repr.split('#').next().unwrap_or_default());
            let declared = dependency.source.as_ref().map(|source| source.repr.split('#').next().unwrap_or_default());
            (dependency.req.matches(&package.version), renamed(edge), source == declared, std::cmp::Reverse(*position))
        })
        .map(|(_, position, _)| position)
}

/// The metadata was filtered by platform, so an edge in it is active in Cargo's eyes. Where every
/// condition on that edge is false in ours, Cargo knows a `--cfg` of the configuration that
/// `rustc --print cfg` does not, and is right.
fn believe_cargo(declared: &mut [Declared<'_>], platforms: &Platforms) {
    let explained: Vec<usize> =
        declared.iter().filter(|one| one.on_target || one.on_host).filter_map(|one| one.package).collect();
    for one in declared.iter_mut().filter(|one| !one.on_target && !one.on_host) {
        if one.package.is_some_and(|package| !explained.contains(&package)) {
            one.on_target = true;
            one.on_host = platforms.is_native();
        }
    }
}
