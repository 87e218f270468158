//! Every key that the files may hold, table by table: what the parsers accept and what
//! `docs/reference/` must name.

/// A table's dotted name (empty for the top of the file) and its keys.
pub type TableKeys = (&'static str, &'static [&'static str]);

pub(super) const ROOT: &[&str] = &["schema", "device", "release", "signing", "gate", "build", "supplier"];
pub(super) const DEVICE: &[&str] = &[
    "name",
    "manufacturer",
    "safety-class",
    "finished",
    "cyber-device",
    "life-supporting",
    "implantable",
    "distribution",
    "tracking-order",
    "eu-mdr",
    "mdf",
    "support-end",
    "udi",
];
pub(super) const UDI: &[&str] = &["scope", "di", "issuer", "pi"];
pub(super) const RELEASE: &[&str] = &[
    "tag",
    "purpose",
    "first-release",
    "field-action",
    "confidential",
    "quantity-rationale",
    "branches",
    "approvals",
    "artifacts",
    "cargo",
    "sbom",
    "evidence",
    "pipeline",
];
pub(super) const ARTIFACT: &[&str] = &["path", "name", "target", "variant", "built-elsewhere", "disposition"];
pub(super) const CARGO: &[&str] =
    &["packages", "profile", "features", "all-features", "no-default-features", "manifest"];
pub(super) const SBOM: &[&str] = &["lockfiles", "imports", "components", "support"];
pub(super) const SIGNING: &[&str] =
    &["key", "passphrase", "program", "public-key", "environment", "certificates", "keyless", "timestamp-authority"];
pub(super) const KEYLESS: &[&str] = &[
    "signing-config",
    "fulcio",
    "rekor",
    "rekor-version",
    "timestamp-authorities",
    "trusted-root",
    "audience",
    "token-file",
    "sct",
    "private",
    "public-log",
];
pub(super) const STAMP_SERVICE: &[&str] = &["url", "certificates-file"];
pub(super) const GATE: &[&str] = &[
    "sbom-profiles",
    "suites",
    "severity",
    "soup-review-days",
    "advisory-days",
    "kev-days",
    "severity-threshold",
    "changes",
    "builder",
];
pub(super) const CHANGES: &[&str] = &["trailers", "review-trailers", "since"];
pub(super) const BUILDER: &[&str] = &["ci", "ids", "repository", "workflow", "runner"];
pub(super) const BUILD: &[&str] = &["environment"];
pub(super) const SUPPLIER: &[&str] = &["purl", "name", "unknown-because"];

/// Tables of `batchseal.toml`. `[gate.severity]` holds check ids and is not listed.
pub const POLICY_TABLES: &[TableKeys] = &[
    ("", ROOT),
    ("device", DEVICE),
    ("device.udi", UDI),
    ("release", RELEASE),
    ("release.artifacts", ARTIFACT),
    ("release.cargo", CARGO),
    ("release.sbom", SBOM),
    ("signing", SIGNING),
    ("signing.keyless", KEYLESS),
    ("signing.timestamp-authority", STAMP_SERVICE),
    ("gate", GATE),
    ("gate.changes", CHANGES),
    ("gate.builder", BUILDER),
    ("build", BUILD),
    ("supplier", SUPPLIER),
];

pub(super) const TRUST_ROOT: &[&str] = &[
    "schema",
    "draft",
    "serial",
    "skew",
    "time-sources",
    "algorithms",
    "device",
    "signer",
    "person",
    "sigstore",
    "timestamp-authority",
    "certificate-root",
    "unsafe",
];
pub(super) const TRUSTED_DEVICE: &[&str] =
    &["name", "facts", "policies", "allow-purpose", "tag-signature", "commit-signature", "record-signers", "approvals"];
pub(super) const FACTS: &[&str] = &[
    "safety-class",
    "finished",
    "cyber-device",
    "life-supporting",
    "implantable",
    "distribution",
    "tracking-order",
    "eu-mdr",
];
pub(super) const SIGNER: &[&str] = &[
    "name",
    "counts-as",
    "may-sign",
    "key-file",
    "key",
    "sigstore",
    "issuer",
    "subject",
    "workflow",
    "workflow-digest",
    "repository-id",
    "owner-id",
    "runner",
    "trigger",
    "ref",
    "of-batch",
    "certificate-root",
    "valid-from",
    "valid-until",
    "revoked",
];
pub(super) const SIGSTORE: &[&str] = &["name", "trusted-root", "logs", "sct", "stamps"];
pub(super) const TIMESTAMP_AUTHORITY: &[&str] = &["name", "certificates-file", "valid-from", "valid-until", "revoked"];
pub(super) const CERTIFICATE_ROOT: &[&str] = &["name", "certificates-file", "valid-from", "valid-until", "revoked"];
pub(super) const PERSON: &[&str] =
    &["name", "roles", "deputy-for", "ssh-key", "ssh-keys", "valid-from", "valid-until", "revoked"];
pub(super) const DEPUTY: &[&str] = &["name", "valid-from", "valid-until"];
pub(super) const UNSAFE: &[&str] = &["no-trusted-time", "no-human-release"];

/// Tables of `trust.toml`.
pub const TRUST_TABLES: &[TableKeys] = &[
    ("", TRUST_ROOT),
    ("device", TRUSTED_DEVICE),
    ("device.facts", FACTS),
    ("signer", SIGNER),
    ("person", PERSON),
    ("person.deputy-for", DEPUTY),
    ("sigstore", SIGSTORE),
    ("timestamp-authority", TIMESTAMP_AUTHORITY),
    ("certificate-root", CERTIFICATE_ROOT),
    ("unsafe", UNSAFE),
];

pub(super) const COMPONENTS_ROOT: &[&str] = &["schema", "component"];
pub(super) const COMPONENT: &[&str] = &[
    "name",
    "version",
    "kind",
    "purl",
    "cpe",
    "supplier",
    "supplier-unknown-because",
    "licence",
    "description",
    "source-url",
    "pedigree",
    "files",
    "sha256",
    "scope",
    "depends-on",
    "used-by",
];

/// Tables of `components.toml`.
pub const COMPONENTS_TABLES: &[TableKeys] = &[("", COMPONENTS_ROOT), ("component", COMPONENT)];

pub(super) const SUPPORT_ROOT: &[&str] = &["schema", "support"];
pub(super) const SUPPORT: &[&str] = &[
    "purl",
    "supplier",
    "supplier-unknown-because",
    "level",
    "level-unknown-because",
    "end-of-support",
    "end-unknown-because",
    "justification",
    "replacement-plan",
    "reviewed-by",
    "reviewed-on",
];

/// Tables of `support.toml`.
pub const SUPPORT_TABLES: &[TableKeys] = &[("", SUPPORT_ROOT), ("support", SUPPORT)];

pub(super) const EVIDENCE_ROOT: &[&str] = &["schema", "tests", "scan", "sarif", "coverage", "document"];
pub(super) const REPORT: &[&str] = &["file"];
pub(super) const TESTS: &[&str] = &["file", "suite", "executor"];
pub(super) const DOCUMENT: &[&str] = &["kind", "file", "id", "revision", "approver", "approved-on", "covers"];

/// Tables of `evidence.toml`.
pub const EVIDENCE_TABLES: &[TableKeys] = &[
    ("", EVIDENCE_ROOT),
    ("tests", TESTS),
    ("scan", REPORT),
    ("sarif", REPORT),
    ("coverage", REPORT),
    ("document", DOCUMENT),
];
