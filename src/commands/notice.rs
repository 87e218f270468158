//! `batchseal withdraw` and `batchseal amend`: what a person says of a sealed bundle, as a signed addendum beside it.

use std::path::PathBuf;

use crate::adapters::dialogue::{Dialogue, TerminalDialogue};
use crate::adapters::new_file::Readers;
use crate::adapters::person_key::{KeySelector, Passphrase, PersonKey};
use crate::adapters::person_signer::PersonSigner;
use crate::adapters::terminal::Terminal;
use crate::adapters::{addenda, clock, evidence_file, new_file, program};
use crate::attestation::sign::attest;
use crate::attestation::sshsig::person_of;
use crate::evidence::addenda::{AddendumFile, Surroundings};
use crate::evidence::approval::{MAX_TEXT, check_text};
use crate::evidence::judgement::Answer;
use crate::evidence::layout;
use crate::exit::ExitStatus;
use crate::model::addendum::{AddendumName, MOST_ADDENDA, Notice, NoticeKind};
use crate::model::approval::Authentication;
use crate::model::batch::{BATCH_ENTRY, Batch, SchemaVersion};
use crate::model::digest::Sha256Digest;
use crate::model::json;
use crate::model::role::Role;
use crate::model::statement::{Statement, Subject};
use crate::model::text::for_terminal;

use super::failure::{Failure, input, unsigned, usage};
use super::{approve, renew, verify};

/// Arguments of `batchseal withdraw` and `batchseal amend`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal withdraw pump-1.4.0.evidence.zip --trust trust.toml --key ~/.ssh/id_ed25519 --reason 'CAPA-0042: dose rounding'
  batchseal amend pump-1.4.0.evidence.zip --trust trust.toml --key ~/.ssh/id_ed25519 --role reviewer --reason 'corrected test log' --document log.txt

Nothing old is changed: the addendum <bundle>.NN-<kind>.sigstore.json is written beside the bundle, and `verify` finds it
there. Publish it wherever the bundle is; who holds the bundle without it cannot know of it.")]
pub struct Args {
    /// Sealed evidence bundle
    pub bundle: PathBuf,
    /// Your own trust file
    #[arg(long, value_name = "FILE")]
    pub trust: PathBuf,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Role you sign in; only the authoriser may withdraw
    #[arg(long, value_parser = Role::parse, default_value = Role::AUTHORISER)]
    pub role: Role,
    /// OpenSSH private key file, or a key of the SSH agent: FILE.pub, SHA256:… or agent:COMMENT
    #[arg(long, value_name = "KEY")]
    pub key: String,
    /// File that the addendum speaks of, by name and digest (repeatable); publish it beside the bundle
    #[arg(long, value_name = "FILE")]
    pub document: Vec<PathBuf>,
    /// Sign without the typed confirmation
    #[arg(long)]
    pub yes: bool,
    /// Timestamp authority (RFC 3161) to stamp the signature; your trust file must know it
    #[arg(long, value_name = "URL")]
    pub timestamp_authority: Option<String>,
    /// Environment variable with the passphrase of the key file; recorded as not typed
    #[arg(long, value_name = "NAME", conflicts_with = "passphrase_fd")]
    pub passphrase_env: Option<String>,
    /// File descriptor with the passphrase of the key file; recorded as not typed
    #[arg(long, value_name = "N")]
    pub passphrase_fd: Option<u32>,
}

/// Runs either command.
///
/// # Errors
/// [`Failure`]; then nothing was written.
pub fn run(kind: NoticeKind, args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    check_text("reason", &args.reason, MAX_TEXT).map_err(usage)?;
    let trust = verify::load_trust(Some(&args.trust))?;
    let earlier = addenda::read_beside(&args.bundle).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let mut around = verify::surroundings(&args.bundle, earlier, &std::collections::BTreeMap::new())?;
    let container = evidence_file::open(&args.bundle).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let before = renew::judged(&container, &trust, &around, true)?;
    if before.answer == Answer::Failed {
        return Err(Failure::message(ExitStatus::NotPassed, format!("release does not verify: {}", before.sentence))
            .with_hint("An addendum speaks of a bundle that holds; look at `batchseal verify --bundle-only`"));
    }
    let key =
        PersonKey::open(&KeySelector::parse(&args.key)).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let person = person_of(key.public_key().key_data(), &trust)
        .map_err(|error| Failure::message(ExitStatus::Usage, error.to_string()))?;
    let number = around.addenda.last().map_or(1, |last| last.name.number + 1);
    if number > MOST_ADDENDA {
        return Err(Failure::message(ExitStatus::Input, format!("bundle has {MOST_ADDENDA} addenda already")));
    }
    let name = AddendumName { number, kind: kind.addendum() };
    let supplied = approve::supplied_passphrase(args.passphrase_env.as_deref(), args.passphrase_fd)?;
    let mut prompt = TerminalDialogue;
    confirm(kind, args, &before.sentence, &mut prompt)?;
    let mut passphrase = supplied.map_or_else(|| Passphrase::Typed(&mut prompt), Passphrase::Supplied);
    let authentication = key.authentication(&passphrase);
    let batch_bytes = layout::get(&container.entries.as_map(), BATCH_ENTRY).unwrap_or_default().to_vec();
    let statement = statement(kind, args, number, &person.name, authentication, &batch_bytes, &around)?;
    let signer = PersonSigner::open(&key, &mut passphrase, args.timestamp_authority.clone())
        .map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let bytes = attest(&statement, &signer).map_err(unsigned)?.bundle;
    around.addenda.push(AddendumFile { name, bytes: bytes.clone() });
    let after = renew::judged(&container, &trust, &around, true)?;
    let expected = if kind == NoticeKind::Withdrawal && before.answer == Answer::Passed {
        Answer::Withdrawn
    } else {
        before.answer
    };
    if after.answer != expected {
        return Err(Failure::message(
            ExitStatus::Usage,
            format!("the addendum just made does not count: {}", after.sentence),
        )
        .with_hint("Withdraw in the role of the authoriser; the trust file must give you the role you sign in"));
    }
    let path = addenda::path_of(&args.bundle, name);
    new_file::create(&path, &bytes, Readers::All).map_err(|error| Failure::plain(ExitStatus::Input, error))?;
    terminal.result(&format!("{}\n", path.display()));
    Ok(ExitStatus::Done)
}

fn confirm(kind: NoticeKind, args: &Args, sentence: &str, prompt: &mut dyn Dialogue) -> Result<(), Failure> {
    let verb = match kind {
        NoticeKind::Amendment => "amend",
        NoticeKind::Withdrawal => "WITHDRAW",
    };
    prompt.show(&format!("{}\nYou {verb} it: {}\n", for_terminal(sentence), for_terminal(&args.reason)));
    if args.yes {
        return Ok(());
    }
    if !prompt.is_interactive() {
        return Err(Failure::message(ExitStatus::Usage, "nobody can confirm the signature: there is no terminal")
            .with_hint("Add --yes once you have read what is signed"));
    }
    let typed = prompt.ask(&format!("To {verb} it with your signature, type {verb}:"));
    let typed = typed.map_err(|error| Failure::new(ExitStatus::Usage, error))?;
    if typed == verb {
        return Ok(());
    }
    Err(Failure::message(ExitStatus::Usage, format!("confirmation is {typed:?} (expected {verb:?})"))
        .with_hint("Nothing was signed; run it again when you are sure"))
}

fn statement(
    kind: NoticeKind,
    args: &Args,
    number: u32,
    printed_name: &str,
    authentication: Authentication,
    batch_bytes: &[u8],
    around: &Surroundings,
) -> Result<Statement<Notice>, Failure> {
    let batch: Batch = json::decode(batch_bytes).map_err(input)?;
    let bundle =
        around.bundle.ok_or_else(|| Failure::message(ExitStatus::Internal, "the container was not measured"))?;
    let mut documents = Vec::new();
    for path in &args.document {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        documents.push(addenda::measure(path).map_err(input)?.covered(name));
    }
    let bundle = bundle.covered(format!("{}.evidence.zip", batch.stem()));
    let subject =
        vec![Subject::new(&bundle.name, bundle.sha256), Subject::new(BATCH_ENTRY, Sha256Digest::of(batch_bytes))];
    Ok(Statement {
        subject,
        predicate: Notice {
            schema_version: SchemaVersion,
            kind,
            number,
            device: batch.device.name,
            version: batch.version,
            bundle,
            addenda: around.covered_addenda(),
            documents,
            reason: args.reason.clone(),
            printed_name: printed_name.to_owned(),
            role: args.role.clone(),
            signed_at: clock::now(),
            authentication,
            tool: program::identity(),
        },
    })
}
