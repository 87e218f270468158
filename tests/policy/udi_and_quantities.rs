//! UDI, dispositions and quantities of a `batchseal.toml`, and the batch that follows from it.

use batchseal::model::digest::{GitId, Sha256Digest};
use batchseal::model::record::Disposition;
use batchseal::model::udi::{Carrier, Issuer, Udi};
use batchseal::policy::release::Policy;

use crate::fixtures::{POLICY, altered, parse_policy};

const UDI: &str = "{ scope = \"embedded\", di = \"00860000000109\" }";

fn policy(udi: &str) -> Policy {
    parse_policy(&altered(POLICY, UDI, udi)).unwrap_or_else(|errors| panic!("{errors}"))
}

fn refusal(from: &str, to: &str) -> String {
    parse_policy(&altered(POLICY, from, to)).expect_err("refused").to_string()
}

#[test]
fn reads_agency_and_carrier_of_a_udi() {
    let udi = policy("{ scope = \"samd\", di = \"+A123BJC5D6E71\", issuer = \"hibcc\", pi = \"serial\" }")
        .device
        .udi
        .unwrap();
    assert_eq!((udi.issuer, udi.pi, udi.full), (Some(Issuer::Hibcc), Some(Carrier::Serial), None));
    assert_eq!(policy("{ scope = \"samd\", di = \"PUMP-7\" }").device.udi.unwrap().agency(), None);
}

#[test]
fn refuses_identifiers_that_are_not_of_the_agency_that_is_named() {
    for (udi, expected) in [
        ("{ scope = \"samd\", di = \"00860000000109\", issuer = \"hibcc\" }", "without the check character"),
        ("{ scope = \"samd\", di = \"+A123BJC5D6E7\", issuer = \"gs1\" }", "14 digits"),
        ("{ scope = \"samd\", di = \"=/A9999\", issuer = \"iccbba\" }", "16 capital letters"),
        ("{ scope = \"samd\", di = \"00860000000109\", issuer = \"fda\" }", "\"gs1\", \"hibcc\", \"iccbba\""),
        ("{ scope = \"samd\", di = \"00860000000109\", pi = \"date\" }", "\"lot\", \"serial\", \"version\""),
        ("{ scope = \"samd\", di = \"+A123BJC5D6E71\", pi = \"version\" }", "only GS1"),
        ("{ scope = \"none\", pi = \"lot\" }", "no production identifier"),
    ] {
        let got = refusal(UDI, udi);
        assert!(got.contains(expected), "{udi}: {got}");
    }
}

#[test]
fn reads_variant_disposition_and_rationale() {
    let text = altered(
        POLICY,
        "name = \"boot.bin\"",
        "name = \"boot.bin\", variant = \"two channels\", disposition = \"hold\"",
    );
    let text = altered(&text, "purpose = \"demo\"", "purpose = \"demo\"\nquantity-rationale = \"One image.\"");
    let policy = parse_policy(&text).unwrap_or_else(|errors| panic!("{errors}"));
    let [first, second] = &policy.release.artifacts[..] else { panic!("two artifacts") };
    assert_eq!((first.disposition, second.disposition), (Disposition::Release, Disposition::Hold));
    assert_eq!(policy.release.quantity_rationale.as_deref(), Some("One image."));
    let record = second.measured(Sha256Digest::of(b"boot"), 4);
    assert_eq!((record.variant.as_deref(), record.disposition), (Some("two channels"), Some(Disposition::Hold)));
    let got = refusal("built-elsewhere = true", "disposition = \"keep\"");
    assert!(got.contains("\"release\", \"hold\", \"scrap\""), "{got}");
    let got = refusal("purpose = \"demo\"", "purpose = \"demo\"\nquantity-rationale = \"\"");
    assert!(got.contains("release.quantity-rationale"), "{got}");
}

#[test]
fn a_batch_holds_the_whole_udi_of_its_version_where_there_is_one() {
    let full = |udi: &str, tag: &str| {
        let commit = GitId::parse(&"a".repeat(40)).unwrap();
        policy(udi).batch(tag, commit, Sha256Digest::of(b"tree")).unwrap().udi.unwrap().full
    };
    assert_eq!(full(UDI, "v1.2.0").as_deref(), Some("(01)00860000000109(10)1.2.0"));
    assert_eq!(full(UDI, "v1.2.0-rc.1+build.20261123"), None);
    assert_eq!(full("{ scope = \"none\" }", "v1.2.0"), None);
}

#[test]
fn a_batch_of_an_older_tool_follows_from_the_policy_and_one_with_another_udi_does_not() {
    let policy = policy(UDI);
    let mut batch = policy.batch("v1.2.0", GitId::parse(&"a".repeat(40)).unwrap(), Sha256Digest::of(b"tree")).unwrap();
    assert!(policy.is_origin_of(&batch));
    let udi = batch.udi.clone().unwrap();
    batch.udi = Some(Udi { full: None, ..udi.clone() });
    assert!(policy.is_origin_of(&batch));
    batch.udi = Some(Udi { full: Some("(01)00860000000109(10)1.2.1".to_owned()), ..udi.clone() });
    assert!(!policy.is_origin_of(&batch));
    batch.udi = Some(Udi { di: None, full: None, ..udi });
    assert!(!policy.is_origin_of(&batch));
    batch.udi = None;
    assert!(!policy.is_origin_of(&batch));
}
