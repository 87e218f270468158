//! `batchseal trust`: drafts a trust file for a person to check, and refreshes what one names.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::adapters::terminal::Terminal;
use crate::adapters::{config, evidence_file, files};
use crate::evidence::claims::{self, ClaimedSigner};
use crate::evidence::layout;
use crate::exit::ExitStatus;
use crate::model::batch::{BATCH_ENTRY, Batch, Purpose};
use crate::model::json;
use crate::model::key::PublicKey;
use crate::model::text::for_terminal;
use crate::policy::release::Policy;
use crate::policy::trust::StatementKind;

use super::failure::Failure;
use super::init::refuse_overwrite;
use super::{session, trust_from, trust_refresh};

/// Largest public key file, in bytes.
const MAX_KEY_FILE: u64 = 64 << 10;

/// Arguments of `batchseal trust`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub action: Action,
}

/// What `batchseal trust` does.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Draft a trust file from a policy; verify refuses it until a person has checked it
    Init(InitArgs),
    /// Get the newest trusted_root.json of a Sigstore instance by TUF
    Refresh(trust_refresh::Args),
}

/// Arguments of `batchseal trust init`.
#[derive(Debug, clap::Args)]
pub struct InitArgs {
    /// Policy whose device and digest the draft names
    #[arg(long, value_name = "FILE", default_value = "batchseal.toml")]
    pub policy: PathBuf,
    /// Draft from what this bundle claims about its signers and people (its policy is taken from it too)
    #[arg(long, value_name = "BUNDLE", conflicts_with_all = ["policy", "key_file"])]
    pub from: Option<PathBuf>,
    /// Public key of the pipeline, PEM
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// File to write
    #[arg(long, short, value_name = "FILE", default_value = "trust.toml")]
    pub output: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    match &args.action {
        Action::Init(args) => init(args, terminal),
        Action::Refresh(args) => trust_refresh::run(args, terminal),
    }
}

fn init(args: &InitArgs, terminal: Terminal) -> Result<ExitStatus, Failure> {
    refuse_overwrite(&args.output, args.force)?;
    if let Some(bundle) = &args.from {
        return init_from(args, bundle, terminal);
    }
    let (policy, _) = config::load_policy(&args.policy).map_err(|error| Failure::new(ExitStatus::Usage, error))?;
    let key = args.key_file.as_deref().map(public_key).transpose()?;
    if !policy.unfilled.is_empty() {
        terminal.note(&format!(
            "note: {} still has {} values to fill in; its digest will change, so draft again after that",
            args.policy.display(),
            policy.unfilled.len()
        ));
    }
    let text = render(&policy, &signer(key.as_ref()), "");
    files::write_atomic(&args.output, text.as_bytes()).map_err(|error| Failure::plain(ExitStatus::Input, error))?;
    terminal.result(&next_steps(&args.output, key.is_some(), false));
    Ok(ExitStatus::Done)
}

/// What a bundle claims, for a person to compare with what they know otherwise.
fn init_from(args: &InitArgs, bundle: &Path, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let container = evidence_file::open(bundle).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let (policy, _) = session::policy_of(&container.entries)?;
    let entries = container.entries.as_map();
    let batch = layout::get(&entries, BATCH_ENTRY).and_then(|bytes| json::decode::<Batch>(bytes).ok());
    let claims = claims::read(&entries);
    let signers = trust_from::signers(&claims, batch.as_ref());
    let text = render(&policy, &signers, &trust_from::people(&claims.people));
    files::write_atomic(&args.output, text.as_bytes()).map_err(|error| Failure::plain(ExitStatus::Input, error))?;
    for (signer, kinds) in &claims.signers {
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        terminal.note(&format!("claimed: {} by {}", kinds.join(", "), in_words(signer)));
    }
    for person in &claims.people {
        let roles: Vec<&str> = person.roles.iter().map(String::as_str).collect();
        terminal.note(&format!("claimed: {} signed as {}", for_terminal(&person.name), roles.join(", ")));
    }
    for stamp in &claims.stamps {
        terminal.note(&format!("claimed: stamped {} by {}", stamp.time, for_terminal(&stamp.authority)));
    }
    terminal.result(&next_steps(&args.output, true, !claims.people.is_empty()));
    Ok(ExitStatus::Done)
}

fn in_words(signer: &ClaimedSigner) -> String {
    match signer {
        ClaimedSigner::Key { id, .. } => format!("key sha256:{id}"),
        ClaimedSigner::Workload(claims) => for_terminal(claims.subject_words()).to_string(),
        ClaimedSigner::Holder(subject) => for_terminal(subject).to_string(),
    }
}

fn public_key(path: &Path) -> Result<PublicKey, Failure> {
    let bytes = files::read(path, MAX_KEY_FILE).map_err(|error| Failure::plain(ExitStatus::Input, error))?;
    let key = std::str::from_utf8(&bytes).ok().and_then(|text| PublicKey::parse_pem(text).ok());
    key.ok_or_else(|| {
        let message = format!("{} holds no accepted public key (expected PEM of a public key)", path.display());
        Failure::message(ExitStatus::Input, message).with_hint("name the .pub file that batchseal key new wrote")
    })
}

/// The text of a draft around its signers and people: it loads except for `draft = true` and, without a key, the
/// missing signer.
#[must_use]
pub fn render(policy: &Policy, signers: &str, people: &str) -> String {
    let facts = policy.device.facts;
    let purpose = policy.release.purpose;
    format!(
        r#"# Whom and what a verifier believes. Reference: docs/reference/trust-toml.md
#
# DRAFT made from a policy. Nothing in it is trustworthy until a person has compared every line
# with what they know from another source; then remove the next line.
draft = true
schema = 1
serial = 1

[[device]]
name = "{name}"
# Check each fact yourself: the verifier's facts stand, not the policy's.
facts = {{ safety-class = "{safety_class:?}", finished = {finished}, cyber-device = {cyber_device}, life-supporting = {life_supporting}, implantable = {implantable} }}
policies = ["{policy_digest}"]
{purpose_note}allow-purpose = ["{purpose}"]
# Only tags and commits that a person below signed with their SSH key:
# tag-signature = "required"
# commit-signature = "required"
# More than one signer of the record, more than one person in a role:
# record-signers = 2
# approvals = {{ reviewer = 2 }}

{signer}
{people}# One table for each person who may approve; roles that this policy asks for: {roles}.
# [[person]]
# name = "Release Manager (example)"
# roles = ["{role}"]
# ssh-key = "ssh-ed25519 AAAA… (the line of the person's .pub file)"
# valid-from = 2026-01-01

# Settings that weaken trust; each one used stands in every result.
# [unsafe]
# no-trusted-time = true
"#,
        name = policy.device.name,
        safety_class = facts.safety_class,
        finished = facts.finished,
        cyber_device = facts.cyber_device,
        life_supporting = facts.life_supporting,
        implantable = facts.implantable,
        policy_digest = policy.sha256,
        purpose_note = if purpose == Purpose::Production {
            ""
        } else {
            "# The policy makes no production batches; with this line they verify all the same.\n"
        },
        purpose = purpose.as_str(),
        signer = signers,
        roles = policy.release.approvals.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", "),
        role = crate::model::role::Role::AUTHORISER,
    )
}

/// The pipeline's key as a signer, or how one is written.
#[must_use]
pub fn signer(key: Option<&PublicKey>) -> String {
    let kinds: Vec<String> = StatementKind::ALL
        .into_iter()
        .filter(|kind| *kind != StatementKind::Concession)
        .map(|kind| format!("\"{}\"", kind.as_str()))
        .collect();
    let head = format!("name = \"release pipeline\"\nmay-sign = [{}]\n", kinds.join(", "));
    match key {
        Some(key) => format!("[[signer]]\n{head}# {key:?}\nkey = \"\"\"\n{}\"\"\"\n", key.to_pem()),
        None => {
            let table = format!("[[signer]]\n{head}key-file = \"pipeline.pub\"\n");
            let lines: String = table.lines().map(|line| format!("# {line}\n")).collect();
            format!("# At least one signer is needed: the pipeline's public key.\n{lines}")
        }
    }
}

fn next_steps(path: &Path, has_key: bool, has_people: bool) -> String {
    let path = path.display();
    let mut steps = vec![
        "compare every line with what you know from another source than the pipeline".to_owned(),
        if has_people {
            "compare each person's key with the one they give you".to_owned()
        } else {
            "add the persons who may approve, each with their own public key".to_owned()
        },
        "name the timestamp authority whose stamps you believe, or set no-trusted-time = true under [unsafe]"
            .to_owned(),
        format!("remove draft = true from {path}; verify refuses a draft"),
    ];
    if !has_key {
        steps.insert(1, "add the pipeline's public key as [[signer]]".to_owned());
    }
    let steps: String = steps.iter().enumerate().map(|(at, step)| format!("  {}. {step}\n", at + 1)).collect();
    format!("wrote {path} (a draft)\n\nNext:\n{steps}")
}
