//! The JSON of a bundle, field by field (protobuf's JSON mapping: 64-bit integers are text).

use serde::{Deserialize, Serialize};

use crate::model::base64;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct BundleWire {
    pub(super) media_type: String,
    pub(super) verification_material: MaterialWire,
    pub(super) dsse_envelope: EnvelopeWire,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct MaterialWire {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) public_key: Option<PublicKeyWire>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) certificate: Option<CertificateWire>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) x509_certificate_chain: Option<ChainWire>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tlog_entries: Vec<LogEntryWire>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timestamp_verification_data: Option<TimestampsWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PublicKeyWire {
    pub(super) hint: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CertificateWire {
    #[serde(with = "base64::bytes")]
    pub(super) raw_bytes: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChainWire {
    pub(super) certificates: Vec<CertificateWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct LogEntryWire {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) log_index: String,
    pub(super) log_id: LogIdWire,
    pub(super) kind_version: KindWire,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) integrated_time: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) inclusion_promise: Option<PromiseWire>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) inclusion_proof: Option<ProofWire>,
    #[serde(with = "base64::bytes")]
    pub(super) canonicalized_body: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct LogIdWire {
    #[serde(with = "base64::bytes")]
    pub(super) key_id: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindWire {
    pub(super) kind: String,
    pub(super) version: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct PromiseWire {
    #[serde(with = "base64::bytes")]
    pub(super) signed_entry_timestamp: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ProofWire {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) log_index: String,
    #[serde(with = "base64::bytes")]
    pub(super) root_hash: Vec<u8>,
    pub(super) tree_size: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) hashes: Vec<HashWire>,
    pub(super) checkpoint: CheckpointWire,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct HashWire(#[serde(with = "base64::bytes")] pub(super) Vec<u8>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckpointWire {
    pub(super) envelope: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct TimestampsWire {
    #[serde(default)]
    pub(super) rfc3161_timestamps: Vec<TimestampWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct TimestampWire {
    #[serde(with = "base64::bytes")]
    pub(super) signed_timestamp: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct EnvelopeWire {
    #[serde(with = "base64::bytes")]
    pub(super) payload: Vec<u8>,
    pub(super) payload_type: String,
    pub(super) signatures: Vec<SignatureWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignatureWire {
    #[serde(with = "base64::bytes")]
    pub(super) sig: Vec<u8>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) keyid: String,
}
