//! Signatures of the release tag and commit, judged again from the raw objects under the verifier's roster.

use crate::attestation::git_signature::{GitSigner, verify};
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::gate::source::{COMMIT_ENTRY, TAG_ENTRY};
use crate::policy::trust::SignatureDemand;
use crate::provenance::git_signature::{CarriedSignature, SignatureKind, commit_signature, tag_signature};

/// What is said of one of the two objects.
struct Words {
    entry: &'static str,
    unsigned: &'static str,
    bad: &'static str,
    unknown: &'static str,
    not_valid: &'static str,
    unsupported: &'static str,
    sign_again: &'static str,
}

const TAG: Words = Words {
    entry: TAG_ENTRY,
    unsigned: "tag-unsigned",
    bad: "tag-signature-bad",
    unknown: "tag-signer-unknown",
    not_valid: "tag-signer-not-valid",
    unsupported: "tag-signature-unsupported",
    sign_again: "Have a person of the roster sign the tag with their SSH key (`git -c gpg.format=ssh tag -s`) and record it again",
};

const COMMIT: Words = Words {
    entry: COMMIT_ENTRY,
    unsigned: "commit-unsigned",
    bad: "commit-signature-bad",
    unknown: "commit-signer-unknown",
    not_valid: "commit-signer-not-valid",
    unsupported: "commit-signature-unsupported",
    sign_again: "Have a person of the roster sign the release commit with their SSH key (`git -c gpg.format=ssh commit -S`), tag it and record it again",
};

/// Judges the signature of the tag, whose content was read already.
pub(super) fn judge_tag(content: &[u8], evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let demand = evidence.device.tag_signature;
    judge(tag_signature(content), &TAG, demand, evidence, judgement);
}

/// Judges the signature of the commit, whose id was computed already.
pub(super) fn judge_commit(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let Some(content) = evidence.git.commit else { return };
    let demand = evidence.device.commit_signature;
    judge(commit_signature(content, &evidence.batch.commit), &COMMIT, demand, evidence, judgement);
}

fn judge(
    carried: Option<CarriedSignature>,
    words: &Words,
    demand: SignatureDemand,
    evidence: &Evidence<'_>,
    judgement: &mut Judgement,
) {
    let Some(carried) = carried else {
        return not_counted(words, words.unsigned, "carries no signature".to_owned(), demand, judgement);
    };
    if carried.kind != SignatureKind::Ssh {
        let message = format!("carries a signature of an unsupported kind: {}", carried.kind.name());
        return not_counted(words, words.unsupported, message, demand, judgement);
    }
    let (code, message) = match verify(&carried.payload, &carried.armour, evidence.trust, &evidence.days) {
        Ok(GitSigner::Person { name }) => {
            return judgement.saw(words.entry, format!("is signed by {name:?} of the roster (SSH)"));
        }
        Err(error) => {
            let message = format!("carries a signature that is none: {error}");
            return judgement.found(words.bad, words.entry, message, words.sign_again);
        }
        Ok(GitSigner::Unsupported { key_type }) => (
            words.unsupported,
            format!("carries a signature of an unsupported kind: SSH with a key of type {key_type:?}"),
        ),
        Ok(GitSigner::OutsideWindow { name, refusal }) => {
            (words.not_valid, format!("is signed by {name:?} of the roster, who is {refusal}"))
        }
        Ok(GitSigner::Unknown { fingerprint, pipeline: None }) => {
            (words.unknown, format!("is signed by a key that the roster does not name ({fingerprint})"))
        }
        Ok(GitSigner::Unknown { fingerprint, pipeline: Some(pipeline) }) => (
            words.unknown,
            format!("is signed by the key of {pipeline:?}, a pipeline and no person of the roster ({fingerprint})"),
        ),
    };
    not_counted(words, code, message, demand, judgement);
}

/// A finding where a signature is required, else something that was seen and counts for nothing.
fn not_counted(words: &Words, code: &str, message: String, demand: SignatureDemand, judgement: &mut Judgement) {
    match demand {
        SignatureDemand::Required => judgement.found(code, words.entry, message, words.sign_again),
        SignatureDemand::IfPresent => judgement.saw(words.entry, format!("{message}: not counted, and not required")),
    }
}
