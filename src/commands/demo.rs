//! `batchseal demo`: the whole way on the example device, by the commands a user would type.
//!
//! The keys are made for this run, say so in their names, and are gone when it ends.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::adapters::git::{FirstRelease, create_repository};
use crate::adapters::own_program::{self, Output};
use crate::adapters::pipeline_key::{KeyAlgorithm, PipelineKey};
use crate::adapters::terminal::Terminal;
use crate::adapters::throw_away::{self, Workshop};
use crate::adapters::{clock, config, example, files};
use crate::attestation::sign::Signer;
use crate::exit::ExitStatus;
use crate::model::role::Role;
use crate::model::text::shell_word;
use crate::policy::release::Policy;

use super::failure::{Failure, input, internal, usage};
use super::session;

/// Arguments of `batchseal demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  batchseal demo --out demo
  batchseal verify demo/*.evidence.zip demo/artifacts --trust demo/trust.toml

Needs cargo. The build is offline: the example uses crates that this program uses too.")]
pub struct Args {
    /// Output folder; a demo that is there already is replaced
    #[arg(long, value_name = "DIR", default_value = "batchseal-demo")]
    pub out: PathBuf,
}

/// What the example's pipeline runs.
const BUILD: [&str; 2] = ["sh", "ci/build.sh"];

/// A person of the demo.
struct Person {
    name: &'static str,
    role: &'static str,
    key: PathBuf,
    public: String,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let out = throw_away::prepare_output(&args.out).map_err(input)?;
    let workshop = Workshop::create().map_err(input)?;
    let device = workshop.folder("device").map_err(input)?;
    example::unpack(&device, &clock::now().in_utc().date()).map_err(input)?;
    let first = FirstRelease {
        message: "Release 1.4.0 of the example pump controller\n\nChange-Id: CR-0140\nReviewed-by: Example reviewer (demo) <reviewer@example.invalid>\n",
        tag: example::TAG,
        tag_message: "pumpctl 1.4.0 (demo)",
        name: "Example developer (demo)",
        email: "developer@example.invalid",
        time: clock::now(),
    };
    create_repository(&device, &first).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let key = PipelineKey::generate(KeyAlgorithm::P256);
    let pem = key.to_pkcs8_pem(None).map_err(usage)?;
    let people = [
        person(&workshop, "Reviewer (demo, throw-away key)", "reviewer")?,
        person(&workshop, "Release Manager (demo, throw-away key)", "authoriser")?,
    ];
    let (policy, _) = config::load_policy(&device.join("batchseal.toml")).map_err(usage)?;
    let trust = out.join("trust.toml");
    files::write_atomic(&trust, trust_file(&policy, &key, &people).as_bytes()).map_err(input)?;
    let stage = Stage { out: &out, device: &device, pem: &pem, terminal };
    stage.walk(&policy, &workshop, &people, &trust)?;
    let shown = |name: &str| shell_word(&args.out.join(name).to_string_lossy());
    let stem = session::stem(&policy, example::TAG)?;
    terminal.result(&format!(
        "Verify it again, anywhere, offline:\n  batchseal verify {} {} --trust {}\n",
        shown(&format!("{stem}.evidence.zip")),
        shown(session::ARTIFACTS_FOLDER),
        shown("trust.toml"),
    ));
    Ok(ExitStatus::Done)
}

/// What the reviewer answers.
const ANSWERS: [&str; 12] = [
    "--answer",
    "RG-04=accept:demo: no earlier release of the example exists",
    "--answer",
    "RG-09=accept:demo: nobody validated this machine's tools; the build script is the one on record",
    "--answer",
    "RG-16=accept:demo: the projects publish no end dates; their releases and security notices are followed",
    "--answer",
    "RG-26=accept:demo: the safety cases hash the binary before and after they run",
    "--answer",
    "RG-31=accept:demo: nobody has accepted a risk; the device is invented",
    "--answer",
    "RG-34=accept:demo: the text was looked at on the screen",
];

/// One run of the demo.
struct Stage<'a> {
    out: &'a Path,
    device: &'a Path,
    pem: &'a str,
    terminal: Terminal,
}

impl Stage<'_> {
    /// Release to a candidate, two approvals, seal, verify.
    fn walk(&self, policy: &Policy, workshop: &Workshop, people: &[Person], trust: &Path) -> Result<(), Failure> {
        let stem = session::stem(policy, example::TAG)?;
        let candidate = self.out.join(format!("{stem}.candidate.zip"));
        let bundle = self.out.join(format!("{stem}.evidence.zip"));
        let approvals = workshop.folder("approvals").map_err(input)?;
        let (candidate, approvals) = (candidate.as_os_str(), approvals.as_os_str());
        self.say("the pipeline records the build and makes a candidate");
        self.candidate()?;
        for person in people {
            self.say(&format!("{} approves as {}", person.name, person.role));
            self.approve(person, candidate, approvals, trust)?;
        }
        self.say("the pipeline runs the release gate and seals");
        let seal = words(&["seal"]).chain([candidate]).chain(words(&["--approvals"])).chain([approvals]);
        let seal = seal.chain(words(&["--trust"])).chain([trust.as_os_str()]).chain(words(&["--out"]));
        self.step(&seal.chain([self.out.as_os_str()]).collect::<Vec<_>>(), Output::Progress)?;
        self.say("anyone verifies");
        let artifacts = self.out.join(session::ARTIFACTS_FOLDER);
        let verify = words(&["verify"]).chain([bundle.as_os_str(), artifacts.as_os_str()]).chain(words(&["--trust"]));
        self.step(&verify.chain([trust.as_os_str()]).collect::<Vec<_>>(), Output::Result)
    }

    fn candidate(&self) -> Result<(), Failure> {
        let release = words(&["release", "--tag", example::TAG, "--out"]).chain([self.out.as_os_str()]);
        let release = release.chain(words(&["--stage", "candidate", "--"])).chain(words(&BUILD));
        self.step(&release.collect::<Vec<_>>(), Output::Progress)
    }

    /// The reviewer answers what waits for a person; the authoriser signs last, over the reviewer's approval.
    fn approve(&self, person: &Person, candidate: &OsStr, approvals: &OsStr, trust: &Path) -> Result<(), Failure> {
        let approve = words(&["approve"]).chain([candidate]).chain(words(&["--trust"])).chain([trust.as_os_str()]);
        let role = ["--role", person.role, "--key"];
        let approve = approve.chain(words(&role)).chain([person.key.as_os_str()]);
        let mut approve: Vec<&OsStr> =
            approve.chain(words(&["--out"])).chain([approvals]).chain(words(&["--yes"])).collect();
        if person.role == Role::AUTHORISER {
            approve.extend(words(&["--approvals"]).chain([approvals]));
        } else {
            approve.extend(words(&ANSWERS));
        }
        self.step(&approve, Output::Progress)
    }

    fn say(&self, what: &str) {
        self.terminal.note(&format!("\n=== {what}"));
    }

    fn step(&self, arguments: &[&OsStr], output: Output) -> Result<(), Failure> {
        let shown: Vec<String> = arguments.iter().map(|word| shell_word(&word.to_string_lossy())).collect();
        self.terminal.note(&format!("$ batchseal {}", shown.join(" ")));
        let mut arguments = arguments.to_vec();
        if self.terminal.quiet {
            arguments.insert(0, "--quiet".as_ref());
        }
        let code = own_program::run(&arguments, self.device, &[("BATCHSEAL_KEY", self.pem)], output)
            .map_err(|error| Failure::plain(ExitStatus::Internal, error))?;
        match code {
            Some(0) => Ok(()),
            _ => Err(Failure::message(
                ExitStatus::Input,
                format!("the demo stopped at `batchseal {}`", shown.first().map_or("", String::as_str)),
            )
            .with_hint("Read the output above; the demo needs cargo and the crates that this program was built from")),
        }
    }
}

fn words<'a>(words: &'a [&'a str]) -> impl Iterator<Item = &'a OsStr> {
    words.iter().map(OsStr::new)
}

fn person(workshop: &Workshop, name: &'static str, role: &'static str) -> Result<Person, Failure> {
    let (key, public) = workshop.ssh_key(role).map_err(internal)?;
    Ok(Person { name, role, key, public })
}

/// A trust file for exactly this demo. It says that nothing stamps the evidence.
fn trust_file(policy: &Policy, key: &PipelineKey, people: &[Person]) -> String {
    let facts = policy.device.facts;
    let mut text = format!(
        "# Trust file of the demo: throw-away keys, made by the run that made the bundle. A real one is\n\
         # kept by the verifier and filled in from what the verifier knows.\n\
         schema = 1\nserial = 1\n\n[[device]]\nname = \"{}\"\n\
         facts = {{ safety-class = \"{:?}\", finished = {}, cyber-device = {}, life-supporting = {}, implantable = {} }}\n\
         policies = [\"{}\"]\nallow-purpose = [\"demo\"]\n\n[[signer]]\nname = \"release pipeline (demo, throw-away key)\"\n\
         may-sign = [\"provenance\", \"sbom\", \"scan\", \"tests\", \"document\", \"record\", \"verdict\", \"seal\"]\nkey = '''\n{}'''\n",
        policy.device.name,
        facts.safety_class,
        facts.finished,
        facts.cyber_device,
        facts.life_supporting,
        facts.implantable,
        policy.sha256,
        key.public_key().to_pem(),
    );
    for person in people {
        text.push_str(&format!(
            "\n[[person]]\nname = \"{}\"\nroles = [\"{}\"]\nssh-key = \"{}\"\n",
            person.name, person.role, person.public
        ));
    }
    text.push_str(
        "\n[unsafe]\n# The demo asks no timestamp authority; without this line nothing verifies.\nno-trusted-time = true\n",
    );
    text
}
