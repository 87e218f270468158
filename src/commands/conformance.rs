//! `batchseal conformance`: the client protocol of the sigstore-conformance suite
//! (<https://github.com/sigstore/sigstore-conformance>), over the verifier that `verify` uses.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::adapters::files;
use crate::adapters::terminal::Terminal;
use crate::attestation::sigstore::{self, Demands, MAX_BUNDLE, Signed, SigstoreError, SigstoreRoot};
use crate::exit::ExitStatus;
use crate::model::digest::{Sha256Digest, Sha512Digest};

use super::failure::{Failure, input};

#[cfg(feature = "online")]
mod sign;

/// Largest trusted root or key, in bytes.
const MAX_ROOT: u64 = 4 << 20;

/// Arguments of `batchseal conformance`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Verify one bundle
    VerifyBundle(VerifyBundle),
    /// Sign one file or statement under an identity
    #[cfg(feature = "online")]
    SignBundle(sign::SignBundle),
}

#[derive(Debug, clap::Args)]
struct VerifyBundle {
    /// Sigstore bundle
    #[arg(long, value_name = "FILE")]
    bundle: PathBuf,
    /// Exact name in the certificate
    #[arg(long, value_name = "NAME")]
    certificate_identity: Option<String>,
    /// Exact issuer of the identity token
    #[arg(long, value_name = "URL", requires = "certificate_identity")]
    certificate_oidc_issuer: Option<String>,
    /// Public key, PEM
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "certificate_identity",
        required_unless_present = "certificate_identity"
    )]
    key: Option<PathBuf>,
    /// Trusted root [default: the public-good instance as built in]
    #[arg(long, value_name = "FILE")]
    trusted_root: Option<PathBuf>,
    /// The suite asks for the staging instance by this flag
    #[arg(long, hide = true, conflicts_with = "trusted_root")]
    staging: bool,
    /// Signed file, or `sha256:` or `sha512:` and its digest
    #[arg(value_name = "FILE_OR_DIGEST")]
    artifact: String,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`]: exit 1 when the bundle is refused, 3 when something cannot be read.
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    match &args.command {
        Command::VerifyBundle(args) => verify_bundle(args, terminal),
        #[cfg(feature = "online")]
        Command::SignBundle(args) => sign::run(args, terminal),
    }
}

fn verify_bundle(args: &VerifyBundle, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let bundle = files::read(&args.bundle, MAX_BUNDLE as u64).map_err(input)?;
    let root = root(args.trusted_root.as_deref(), args.staging)?;
    let given = given(&args.artifact)?;
    let signed = match &given {
        Given::File(bytes) => Signed::Bytes(bytes),
        Given::Sha256(digest) => Signed::Sha256(digest.as_bytes()),
        Given::Sha512(digest) => Signed::Sha512(digest.as_bytes()),
    };
    let demands = root.demands(&bundle);
    let verified = match &args.key {
        Some(key) => {
            let pem = String::from_utf8(files::read(key, MAX_ROOT).map_err(input)?).map_err(input)?;
            sigstore::verify_key(&bundle, signed, &root, &pem, Demands { sct: false, ..demands })
        }
        None => {
            sigstore::verify_certificate(&bundle, signed, &root, demands).and_then(|verified| named(args, verified))
        }
    };
    let verified =
        verified.map_err(|error| Failure::message(ExitStatus::NotPassed, format!("bundle is refused: {error}")))?;
    for step in &verified.steps {
        let at = step.at.map(|time| format!(" at {time}")).unwrap_or_default();
        terminal.note(&format!("{}: {}{at}", step.what, step.anchor));
    }
    Ok(ExitStatus::Done)
}

/// What was signed: a file, or its digest.
enum Given {
    File(Vec<u8>),
    Sha256(Sha256Digest),
    Sha512(Sha512Digest),
}

fn given(artifact: &str) -> Result<Given, Failure> {
    let path = Path::new(artifact);
    match artifact.split_once(':') {
        _ if path.is_file() => Ok(Given::File(files::read(path, MAX_BUNDLE as u64).map_err(input)?)),
        Some(("sha256", hex)) => Ok(Given::Sha256(Sha256Digest::parse_hex(hex).map_err(input)?)),
        Some(("sha512", hex)) => Ok(Given::Sha512(hex.parse().map_err(input)?)),
        _ => Err(Failure::message(ExitStatus::Input, format!("{artifact} is not there"))),
    }
}

fn root(trusted_root: Option<&Path>, staging: bool) -> Result<SigstoreRoot, Failure> {
    let root = match trusted_root {
        Some(path) => SigstoreRoot::parse(&files::read(path, MAX_ROOT).map_err(input)?),
        None if staging => SigstoreRoot::staging(),
        None => SigstoreRoot::embedded(),
    };
    root.map_err(input)
}

/// The suite names a signer by subject and issuer, both exact.
fn named(
    args: &VerifyBundle,
    verified: sigstore::SigstoreVerification,
) -> Result<sigstore::SigstoreVerification, SigstoreError> {
    let claims = verified.claims.clone().unwrap_or_default();
    for (what, got, expected) in [
        ("name", claims.subject.as_ref().map(sigstore::Subject::as_str), args.certificate_identity.as_deref()),
        ("issuer", claims.issuer.as_deref(), args.certificate_oidc_issuer.as_deref()),
    ] {
        // GitHub's own certificates name no issuer; one that is there must be asked for.
        if got != expected || (what == "name" && got.is_none()) {
            let got = got.unwrap_or("none");
            let expected = expected.unwrap_or("none");
            return Err(SigstoreError::Refused(format!("certificate's {what} is {got:?} (expected {expected:?})")));
        }
    }
    Ok(verified)
}
