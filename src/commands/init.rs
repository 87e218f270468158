//! `batchseal init`: looks at a Cargo repository and writes a `batchseal.toml` to fill in.

use std::path::{Path, PathBuf};

use crate::adapters::cargo_manifest::{self, Binary, CargoRepository};
use crate::adapters::declared_files::{COMPONENTS_NAME, SUPPORT_NAME};
use crate::adapters::lockfiles::{self, ReadBy};
use crate::adapters::program;
use crate::adapters::terminal::Terminal;
use crate::adapters::{config, files};
use crate::exit::ExitStatus;
use crate::policy::release::{Policy, SbomPolicy};

use super::failure::Failure;

/// Name of the file that is written.
const FILE: &str = "batchseal.toml";

/// Arguments of `batchseal init`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Root of the repository
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    /// Replace an existing batchseal.toml
    #[arg(long)]
    pub force: bool,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let path = if args.dir == Path::new(".") { PathBuf::from(FILE) } else { args.dir.join(FILE) };
    refuse_overwrite(&path, args.force)?;
    let repository = cargo_manifest::inspect(&args.dir).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let text = render(&repository, &sbom_sources(&args.dir)?);
    let policy = Policy::parse(text.as_bytes(), FILE).map_err(|errors| Failure::new(ExitStatus::Internal, errors))?;
    files::write_atomic(&path, text.as_bytes()).map_err(|error| Failure::plain(ExitStatus::Input, error))?;
    terminal.result(&next_steps(&path, &repository, &policy));
    Ok(ExitStatus::Done)
}

/// A file that a person may have written is replaced only when asked for.
pub(super) fn refuse_overwrite(path: &Path, force: bool) -> Result<(), Failure> {
    if force || !config::is_taken(path) {
        return Ok(());
    }
    let message = format!("{} is already there", path.display());
    Err(Failure::message(ExitStatus::Input, message).with_hint("keep it, or replace it with --force"))
}

/// The text of a `batchseal.toml` for a repository; it loads, and lists as unfilled what only people know.
#[must_use]
pub fn render(repository: &CargoRepository, sbom: &SbomPolicy) -> String {
    let device = file_safe(&repository.name);
    let products = products(repository);
    let mut packages: Vec<&str> = repository.binaries.iter().map(|binary| binary.package.as_str()).collect();
    packages.dedup();
    let packages: Vec<String> = packages.into_iter().map(quoted).collect();
    format!(
        r#"# What each batch of this device's software claims. Reference: docs/reference/batchseal-toml.md
#
# Lines marked FILL IN hold what only people know. Correct the value, then remove the mark:
# no batch is released while a mark is left. Defaults are on the strict side.
schema = 1

[device]
name = {device}  # FILL IN: name of the device in file names, not of the program
manufacturer = "FILL IN: legal manufacturer, as on the label"
safety-class = "C"  # FILL IN: software safety class of IEC 62304: "A", "B" or "C"
finished = true  # FILL IN: finished device (21 CFR 820.3), or false for a component of one
cyber-device = true  # FILL IN: cyber device of section 524B(c) of the FD&C Act
life-supporting = true  # FILL IN: supports or sustains life (21 CFR 820.10(d))
implantable = true  # FILL IN: implantable (21 CFR 860.3)
mdf = "FILL IN: medical device file reference with revision, such as MDF-0001 rev 3"
support-end = "FILL IN: last day of support, a date without quotes such as 2036-12-31"
udi = {{ scope = "none" }}  # FILL IN: scope "samd" or "embedded" with di = "<14 digits>", or "none"

[release]
tag = "v{{version}}"
purpose = "production"  # or "training", "demo": those verify only with the verifier's leave
first-release = true  # FILL IN: false once a batch of this device has been sealed
branches = ["main", "master"]
# field-action = false  # whether this release corrects or removes devices in the field (RG-45)
# confidential = true  # whether the record is marked confidential (21 CFR 820.35(d)): say true or false
# Roles that must approve; who holds them stands in the verifier's trust file.
approvals = ["reviewer", "authoriser"]
artifacts = [
{products}]{mark}

# What each release takes in beside its build, and the committed files that define the pipeline.
# evidence = "evidence.toml"  # reports and documents: docs/reference/evidence-toml.md
# pipeline = [".github/workflows/release.yml"]  # RG-08, RG-09

[release.cargo]
packages = [{packages}]
profile = "release"

{sbom}[signing]
# The variable holds the key in PEM; the key itself never stands in this file.
key = "env:BATCHSEAL_KEY"

[gate]
sbom-profiles = ["fda-2026"]
# suites = ["unit", "system"]  # test suites of which a passing report must be there; without it any will do

# Suppliers, level and end of support of components go into a support.toml: docs/reference/support-toml.md
"#,
        device = quoted(&device),
        mark = if repository.binaries.len() > 1 { "  # FILL IN: keep only what ships" } else { "" },
        packages = packages.join(", "),
        sbom = sbom_table(sbom),
    )
}

/// What else the SBOM can be made from, as the repository has it: lockfiles of other package managers, and the
/// two files that people write.
fn sbom_sources(root: &Path) -> Result<SbomPolicy, Failure> {
    let search = lockfiles::search(root).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let others = search.found.into_iter().filter(|found| {
        let database = found.name.contains('/');
        matches!(found.read_by, ReadBy::Reader(_)) && !database
    });
    let written = |name: &str| root.join(name).is_file().then(|| name.to_owned());
    Ok(SbomPolicy {
        lockfiles: others.map(|found| found.shown).collect(),
        imports: Vec::new(),
        components: written(COMPONENTS_NAME),
        support: written(SUPPORT_NAME),
    })
}

/// `[release.sbom]` with what was found; the rest as comments.
fn sbom_table(sbom: &SbomPolicy) -> String {
    let listed: Vec<String> = sbom.lockfiles.iter().map(|path| quoted(path)).collect();
    let line = |key: &str, value: Option<&String>, example: &str| match value {
        Some(path) => format!("{key} = {}\n", quoted(path)),
        None => format!("# {key} = {example}\n"),
    };
    let lockfiles = match listed[..] {
        [] => "# lockfiles = [\"ui/package-lock.json\"]  # lockfiles of other package managers whose packages ship\n"
            .to_owned(),
        _ => format!("lockfiles = [{}]  # FILL IN: keep only those whose packages ship\n", listed.join(", ")),
    };
    format!(
        "# What else the SBOM is made from.\n[release.sbom]\n{lockfiles}# imports = [\"vendor/supplier.cdx.json\"]  # SBOMs of suppliers\n{}{}\n",
        line("components", sbom.components.as_ref(), "\"components.toml\"  # vendored code, RTOS, fonts, models"),
        line("support", sbom.support.as_ref(), "\"support.toml\"  # suppliers, level and end of support"),
    )
}

fn products(repository: &CargoRepository) -> String {
    let mut names = Vec::new();
    repository.binaries.iter().map(|binary| product(binary, repository.host.as_deref(), &mut names)).collect()
}

/// One line of `artifacts`; binaries of the same name in two packages share a path and are listed once.
fn product(binary: &Binary, host: Option<&str>, names: &mut Vec<String>) -> String {
    let (os, suffix) = (program::OS, program::EXE_SUFFIX);
    let name = format!("{}-{os}-{}{suffix}", file_safe(&binary.name), program::ARCH);
    if names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
        return String::new();
    }
    let path = format!("target/release/{}{suffix}", binary.name);
    let target = host.map(|host| format!(", target = {}", quoted(host))).unwrap_or_default();
    let line = format!("    {{ path = {}, name = {}{target} }},\n", quoted(&path), quoted(&name));
    names.push(name);
    line
}

/// Text as a device or artifact name: other characters become hyphens.
fn file_safe(text: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '-' };
    let safe: String = text.chars().map(keep).take(80).collect();
    let safe = safe.trim_matches(['.', '-']);
    if crate::model::name::DeviceName::parse(safe).is_ok() { safe.to_owned() } else { format!("device-{safe}") }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn next_steps(path: &Path, repository: &CargoRepository, policy: &Policy) -> String {
    let mut text = format!("wrote {}\n\nNext:\n", path.display());
    let keys: Vec<&str> = policy.unfilled.iter().map(|unfilled| unfilled.key.as_str()).collect();
    let mut steps = vec![
        format!("fill in the {} values marked FILL IN: {}", keys.len(), keys.join(", ")),
        "make a signing key with batchseal key new and hand it to the build in BATCHSEAL_KEY".to_owned(),
        format!("draft the verifier's trust file with batchseal trust init --policy {}", path.display()),
    ];
    if !repository.has_lockfile {
        steps.insert(1, "commit Cargo.lock: without it the SBOM cannot be made from what was built".to_owned());
    }
    for (number, step) in steps.iter().enumerate() {
        text.push_str(&format!("  {}. {step}\n", number + 1));
    }
    text
}
