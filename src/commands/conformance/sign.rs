//! `batchseal conformance sign-bundle`: one keyless signature as the suite asks for it, with the signer that
//! releases use. What was signed is verified before it is written.

use std::path::PathBuf;

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::adapters::online::identity::TokenSource;
use crate::adapters::online::keyless::KeylessSigner;
use crate::adapters::online::signing;
use crate::adapters::terminal::Terminal;
use crate::adapters::{clock, files};
use crate::attestation::identity_token::SIGSTORE_AUDIENCE;
use crate::attestation::sign;
use crate::attestation::signing_services::{LogVersion, MAX_CONFIG, SigningServices};
use crate::attestation::sigstore::{self, Demands, MAX_BUNDLE, Signed};
use crate::exit::ExitStatus;
use crate::model::digest::Sha256Digest;
use crate::model::json;

use crate::commands::failure::{Failure, input, unsigned, usage};

#[derive(Debug, clap::Args)]
pub(super) struct SignBundle {
    /// Identity token. Every process of this machine can read it in the list of arguments while this runs: the
    /// suite's protocol leaves no other way, and no other command takes one so
    #[arg(long, value_name = "TOKEN", value_parser = token)]
    identity_token: HiddenToken,
    /// Where the Sigstore bundle goes
    #[arg(long, value_name = "FILE")]
    bundle: PathBuf,
    /// Services to ask (signing_config.json); those of public instances are not built in
    #[arg(long, value_name = "FILE")]
    signing_config: Option<PathBuf>,
    /// Trusted root to verify with [default: the public-good instance as built in]
    #[arg(long, value_name = "FILE")]
    trusted_root: Option<PathBuf>,
    /// Verify with the staging instance's trusted root as built in
    #[arg(long, conflicts_with = "trusted_root")]
    staging: bool,
    /// FILE is an in-toto statement: sign it in an envelope
    #[arg(long)]
    in_toto: bool,
    /// File to sign
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// A token that is not shown and is wiped.
#[derive(Clone)]
struct HiddenToken(Zeroizing<String>);

impl std::fmt::Debug for HiddenToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("identity token")
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a parser of clap's")]
fn token(text: &str) -> Result<HiddenToken, std::convert::Infallible> {
    Ok(HiddenToken(Zeroizing::new(text.to_owned())))
}

#[derive(Deserialize)]
struct StatementWire {
    subject: Vec<SubjectWire>,
}

#[derive(Deserialize)]
struct SubjectWire {
    digest: DigestsWire,
}

#[derive(Deserialize)]
struct DigestsWire {
    sha256: Option<String>,
}

pub(super) fn run(args: &SignBundle, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let file = files::read(&args.file, MAX_BUNDLE as u64).map_err(input)?;
    let services = services(args)?;
    let root = super::root(args.trusted_root.as_deref(), args.staging)?;
    let subject = if args.in_toto { first_subject(&file)? } else { Sha256Digest::of(&file) };
    let demands = Demands { logs: services.logs().len(), sct: true, stamps: services.stamp_authorities().len() };
    let tokens = TokenSource::Variable(args.identity_token.0.clone());
    let client = signing::client().map_err(usage)?;
    let signer = KeylessSigner::new(client, services, tokens, SIGSTORE_AUDIENCE);
    let bundle = if args.in_toto {
        sign::attest_bytes(file, &signer).map_err(unsigned)?.bundle
    } else {
        sign::sign_message(&file, &signer).map_err(unsigned)?
    };
    sigstore::verify_certificate(&bundle, Signed::Sha256(subject.as_bytes()), &root, demands).map_err(|error| {
        Failure::message(ExitStatus::NotPassed, format!("bundle just signed does not verify: {error}"))
            .with_hint("Give the trusted root of the instance that the signing configuration names")
    })?;
    files::write_atomic(&args.bundle, &bundle).map_err(input)?;
    terminal.note(&format!("wrote {}", args.bundle.display()));
    Ok(ExitStatus::Done)
}

fn services(args: &SignBundle) -> Result<SigningServices, Failure> {
    let Some(path) = &args.signing_config else {
        return Err(Failure::message(ExitStatus::Usage, "no services are named to sign with")
            .with_hint("Name the instance's signing_config.json with --signing-config"));
    };
    let services = SigningServices::of_config(&files::read(path, MAX_CONFIG).map_err(input)?, clock::now());
    let services = services.map_err(usage)?;
    if !args.in_toto && services.logs().iter().any(|log| log.version == LogVersion::V1) {
        let message = "transparency log of version 1 takes statements only (expected version 2 for a plain file)";
        return Err(Failure::message(ExitStatus::Usage, message).with_hint("Name a log of version 2, or use --in-toto"));
    }
    Ok(services)
}

/// What the statement speaks of; verifying needs one of its subjects.
fn first_subject(statement: &[u8]) -> Result<Sha256Digest, Failure> {
    json::check_foreign(statement).map_err(input)?;
    let wire: StatementWire = serde_json::from_slice(statement).map_err(input)?;
    let hex = wire.subject.into_iter().find_map(|subject| subject.digest.sha256);
    let hex = hex.ok_or_else(|| Failure::message(ExitStatus::Input, "statement has no subject with a sha256"))?;
    Sha256Digest::parse_hex(&hex).map_err(input)
}
