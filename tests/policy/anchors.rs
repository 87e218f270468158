//! Anchors, workloads and company certificates in `trust.toml`.

use batchseal::policy::identity::SignerIdentity;
use batchseal::policy::trust::Trust;

const PEM: &str = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";

const HEAD: &str = "schema = 1\n[[device]]\nname = \"pump\"\n\
    facts = { safety-class = \"B\", finished = true, cyber-device = false, life-supporting = false, implantable = false }\n\
    policies = [\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"]\n";

const INSTANCE: &str = "[[sigstore]]\nname = \"public good\"\ntrusted-root = \"root.json\"\n";

const WORKLOAD: &str = "[[signer]]\nname = \"release workflow\"\nmay-sign = [\"record\"]\nsigstore = \"public good\"\n\
    issuer = \"https://token.actions.githubusercontent.com\"\n\
    workflow = \"https://github.com/example/pump/.github/workflows/release.yml@refs/tags/{tag}\"\n\
    repository-id = \"1\"\nowner-id = \"2\"\nrunner = \"github-hosted\"\ntrigger = \"push\"\n";

fn parse(text: &str) -> Result<Trust, String> {
    let files = |name: &str| match name {
        "root.json" => Ok(b"{}".to_vec()),
        "ca.pem" => Ok(PEM.as_bytes().to_vec()),
        "odd.pem" => Ok(format!("hello\n{PEM}").into_bytes()),
        "key.pem" => Ok(b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n".to_vec()),
        _ => Err("no such file".to_owned()),
    };
    Trust::parse(text.as_bytes(), "trust.toml", &files).map_err(|error| error.to_string())
}

fn refused(text: &str, expected: &str) {
    match parse(&format!("{HEAD}{text}")) {
        Ok(_) => panic!("accepted: {text}"),
        Err(error) => assert!(error.contains(expected), "{text}: {error}"),
    }
}

#[test]
fn reads_instances_authorities_roots_and_the_signers_under_them() {
    let company = "[[certificate-root]]\nname = \"company\"\ncertificates-file = \"ca.pem\"\nvalid-until = 2040-01-01\n\
        [[timestamp-authority]]\nname = \"stamps\"\ncertificates-file = \"ca.pem\"\n\
        [[signer]]\nname = \"line\"\nmay-sign = [\"seal\"]\ncertificate-root = \"company\"\nsubject = \"CN=Line 1\"\n";
    let trust = parse(&format!("{HEAD}{INSTANCE}{WORKLOAD}{company}")).expect("trust file");
    assert_eq!((trust.sigstore[0].logs, trust.sigstore[0].stamps, trust.sigstore[0].sct), (1, 0, true));
    assert_eq!(trust.stamp_authorities[0].certificates, vec![vec![0x30, 0]]);
    assert_eq!(trust.certificate_roots[0].window.valid_until.as_deref(), Some("2040-01-01"));
    let SignerIdentity::Keyless(workload) = &trust.signers[0].identity else { panic!("no workload") };
    assert_eq!(workload.subject.as_text(), workload.workflow.as_ref().expect("workflow").as_text());
    assert_eq!(workload.reference.as_ref().expect("ref").as_text(), "refs/tags/{tag}");
    assert!(workload.of_batch);
    let SignerIdentity::Certificate(holder) = &trust.signers[1].identity else { panic!("no certificate") };
    assert_eq!((holder.root.as_str(), holder.subject.as_str()), ("company", "CN=Line 1"));
}

#[test]
fn what_the_files_say_is_part_of_the_digest() {
    let digest = |text: &str| parse(text).expect("trust file").sha256;
    let one = format!("{HEAD}{INSTANCE}{WORKLOAD}");
    assert_ne!(digest(&one), digest(&one.replace("root.json", "ca.pem")));
}

#[test]
fn refuses_workloads_that_are_not_exact() {
    let with = |more: &str| format!("{INSTANCE}{WORKLOAD}{more}");
    refused(&with("ref = \"refs/tags/*{any}\"\n"), "no other braces");
    refused(&with("key-file = \"key.pem\"\n"), "a key of another kind of signer");
    refused(&with("of-batch = false\n"), "false for a signer of build evidence");
    refused(&with("certificate-root = \"company\"\n"), "both sigstore and certificate-root");
    refused(&with("owner = \"anybody\"\n"), "an unknown key");
    let changed = |from: &str, to: &str| format!("{INSTANCE}{WORKLOAD}").replace(from, to);
    refused(&changed("https://token", "http://token"), "https:// address");
    refused(&changed("workflow = ", "workflow-digest = "), "neither workflow nor subject");
    refused(&changed("sigstore = \"public good\"", "sigstore = \"other\""), "the name of a [[sigstore]] table");
    let sealing = changed("[\"record\"]", "[\"verdict\", \"seal\"]");
    refused(&format!("{sealing}of-batch = false\n"), "the exact ref of the workflow");
    let sound = format!("{HEAD}{sealing}of-batch = false\nref = \"refs/heads/main\"\n");
    assert!(parse(&sound).is_ok());
}

#[test]
fn refuses_anchors_that_prove_nothing_or_hide_something() {
    let none = INSTANCE.to_owned() + "logs = 0\n";
    refused(&format!("{none}{WORKLOAD}"), "neither a log nor a stamp asked for");
    refused(&format!("{INSTANCE}{INSTANCE}{WORKLOAD}"), "each value once");
    refused(&format!("{}{WORKLOAD}", INSTANCE.replace("root.json", "absent.json")), "cannot be read (no such file)");
    for (file, expected) in [
        ("odd.pem", "text around the certificates"),
        ("key.pem", "a private key (not shown)"),
        ("root.json", "text around the certificates"),
        ("absent.pem", "cannot be read"),
    ] {
        let authority = format!("[[timestamp-authority]]\nname = \"t\"\ncertificates-file = \"{file}\"\n");
        refused(&format!("{INSTANCE}{WORKLOAD}{authority}"), expected);
    }
    let error = parse(&format!("time-sources = 0\n{HEAD}{INSTANCE}{WORKLOAD}")).expect_err("no source of time");
    assert!(error.contains("trust.toml:1:16: time-sources: got 0"), "{error}");
}
