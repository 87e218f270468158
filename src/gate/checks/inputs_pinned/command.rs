//! Whether the recorded command holds its tool to the lockfile.

use crate::gate::evidence::{Evidence, Signed};
use crate::gate::judgement::Judgement;
use crate::model::entry;
use crate::model::provenance::Provenance;

const LOCK: &str = "Commit the lockfile of the tool that builds, tag that commit and record the build again";

/// A tool whose way with lockfiles is known.
struct Known {
    program: &'static str,
    /// Lockfiles, of which one must be kept.
    lockfiles: &'static [&'static str],
    /// Words of the command, one of which holds the tool to its lockfile; empty where it always does.
    frozen: &'static [&'static str],
}

const KNOWN: [Known; 12] = [
    Known { program: "cargo", lockfiles: &["Cargo.lock"], frozen: &["--locked", "--frozen"] },
    Known {
        program: "npm",
        lockfiles: &["package-lock.json", "npm-shrinkwrap.json"],
        frozen: &["ci", "clean-install"],
    },
    Known { program: "yarn", lockfiles: &["yarn.lock"], frozen: &["--immutable", "--frozen-lockfile"] },
    Known { program: "pnpm", lockfiles: &["pnpm-lock.yaml"], frozen: &["--frozen-lockfile"] },
    Known { program: "pip", lockfiles: &["requirements.txt", "pylock.toml"], frozen: &["--require-hashes"] },
    Known { program: "pip3", lockfiles: &["requirements.txt", "pylock.toml"], frozen: &["--require-hashes"] },
    Known { program: "uv", lockfiles: &["uv.lock", "pylock.toml"], frozen: &["--locked", "--frozen"] },
    Known { program: "pipenv", lockfiles: &["Pipfile.lock"], frozen: &["sync", "--deploy"] },
    Known { program: "bundle", lockfiles: &["Gemfile.lock"], frozen: &["--frozen", "--deployment"] },
    Known {
        program: "dotnet",
        lockfiles: &["packages.lock.json"],
        frozen: &["--locked-mode", "-p:RestoreLockedMode=true"],
    },
    Known { program: "composer", lockfiles: &["composer.lock"], frozen: &["install"] },
    // Since Go 1.16 a build changes neither go.mod nor go.sum by itself.
    Known { program: "go", lockfiles: &["go.sum"], frozen: &[] },
];

/// Judges the command of one provenance.
pub(super) fn judge(signed: &Signed<Provenance>, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let about = &signed.entry;
    let command = &signed.statement.predicate.build_definition.external_parameters.command;
    let program = command.first().and_then(|program| program.rsplit(['/', '\\']).next()).unwrap_or_default();
    let program = program.strip_suffix(".exe").unwrap_or(program);
    let Some(known) = KNOWN.iter().find(|known| known.program == program) else {
        let shows = format!("is built by {program:.100?}; how that holds its inputs is not seen by this version");
        judgement.saw(about, shows);
        return;
    };
    let kept = evidence.lockfiles.keys().filter_map(entry::kept_path);
    let is_lockfile = |path: &String| path.rsplit('/').next().is_some_and(|name| known.lockfiles.contains(&name));
    match kept.into_iter().find(is_lockfile) {
        Some(path) => judgement.saw(path, format!("is the lockfile of {program}; RG-07 compares it with the commit")),
        None => {
            let message = format!("no lockfile of {program} is kept (expected {})", known.lockfiles.join(" or "));
            judgement.found("no-lockfile", about, message, LOCK);
        }
    }
    // What stands behind `--` is for the program that is built or run.
    let own = command.iter().skip(1).take_while(|word| *word != "--");
    let frozen = known.frozen.is_empty() || own.into_iter().any(|word| known.frozen.contains(&word.as_str()));
    if frozen {
        judgement.saw(about, format!("{program} is held to its lockfile"));
    } else {
        let message = format!("{program} may change its lockfile (expected {})", known.frozen.join(" or "));
        let next = format!("Build with {}", known.frozen.first().copied().unwrap_or_default());
        judgement.found("lockfile-not-frozen", about, message, &next);
    }
}
