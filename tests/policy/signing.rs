//! `[signing]` and `pkcs11:` URIs: what is read and what is refused.

use batchseal::policy::pkcs11_uri::{Module, PinSource, Pkcs11Uri, Pkcs11UriError};
use batchseal::policy::release::{KeySource, Policy};

/// One value where `{}` stands.
fn parse(text: &str) -> Result<Pkcs11Uri, Pkcs11UriError> {
    Pkcs11Uri::parse(text)
}

#[test]
fn reads_every_attribute_of_rfc_7512() {
    let uri = parse(
        "pkcs11:token=The%20Release%20Token;manufacturer=Snake%20Oil%2c%20Inc.;model=1.0;serial=DECAFBAD0001;\
         object=my-sign-key;type=private;id=%69%95%3E%5C%F4%BD%EC%91;slot-id=327;slot-description=Slot%201;\
         slot-manufacturer=Readers;library-manufacturer=Libs;library-description=Soft;library-version=2.6\
         ?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/pin",
    )
    .unwrap();
    let token = &uri.token;
    assert_eq!(token.label.as_deref(), Some("The Release Token"));
    assert_eq!(token.manufacturer.as_deref(), Some("Snake Oil, Inc."));
    assert_eq!((token.model.as_deref(), token.serial.as_deref()), (Some("1.0"), Some("DECAFBAD0001")));
    assert_eq!((token.slot_id, token.library_version), (Some(327), Some((2, 6))));
    assert_eq!(token.slot_description.as_deref(), Some("Slot 1"));
    assert_eq!(token.slot_manufacturer.as_deref(), Some("Readers"));
    assert_eq!(token.library_manufacturer.as_deref(), Some("Libs"));
    assert_eq!(token.library_description.as_deref(), Some("Soft"));
    assert_eq!(uri.object.as_deref(), Some("my-sign-key"));
    assert_eq!(uri.id.as_deref(), Some(&[0x69, 0x95, 0x3e, 0x5c, 0xf4, 0xbd, 0xec, 0x91][..]));
    assert_eq!(uri.module, Some(Module::Path("/usr/lib/softhsm/libsofthsm2.so".to_owned())));
    assert_eq!(uri.pin_source, Some(PinSource::File("/run/pin".to_owned())));
}

#[test]
fn reads_every_pin_source_and_module() {
    for (query, source) in [
        ("pin-source=env:TOKEN_PIN", Some(PinSource::Env("TOKEN_PIN".to_owned()))),
        ("pin-source=env%3aTOKEN_PIN", Some(PinSource::Env("TOKEN_PIN".to_owned()))),
        ("pin-source=fd:7", Some(PinSource::Descriptor(7))),
        ("pin-source=file:///run/my%20pin", Some(PinSource::File("/run/my pin".to_owned()))),
        ("", None),
    ] {
        assert_eq!(parse(&format!("pkcs11:object=k?{query}")).unwrap().pin_source, source, "{query}");
    }
    for query in [
        "pin-source=TOKEN_PIN",
        "pin-source=|/bin/askpin",
        "pin-source=fd:x",
        "pin-source=fd:+1",
        "pin-source=file:pin",
        "pin-source=file://host/pin",
        "pin-source=env:A=1",
        "pin-source=",
    ] {
        let refused = parse(&format!("pkcs11:object=k?{query}"));
        assert!(matches!(refused, Err(Pkcs11UriError::Value { name: "pin-source", .. })), "{query}: {refused:?}");
    }
    let named = parse("pkcs11:object=k?module-name=opensc-pkcs11").unwrap();
    assert_eq!(named.module, Some(Module::Name("opensc-pkcs11".to_owned())));
    for query in [
        "module-name=../evil",
        "module-name=a/b",
        "module-path=lib.so",
        "module-path=./lib.so",
        "module-path=//host/lib.so",
    ] {
        assert!(parse(&format!("pkcs11:object=k?{query}")).is_err(), "{query}");
    }
    let both = parse("pkcs11:object=k?module-name=a&module-path=/b");
    assert_eq!(both, Err(Pkcs11UriError::TwoModules));
}

#[test]
fn refuses_a_pin_by_name_and_shows_nothing_of_it() {
    for text in ["pkcs11:object=k?pin-value=84217", "pkcs11:object=k?module-name=m&pin-value=84217&pin-source=env:X"] {
        let error = parse(text).unwrap_err();
        assert_eq!(error, Pkcs11UriError::PinValue);
        assert!(!format!("{error} {error:?}").contains("84217"), "{error}");
    }
    for text in [
        "pkcs11:object=k;pin-value=84217",
        "pkcs11:object=k?pin=84217",
        "pkcs11:object=k?84217",
        "pkcs11:object=k?pin-source=84217",
    ] {
        let error = parse(text).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("84217"), "{error:?}");
    }
}

#[test]
fn passes_over_vendor_attributes_of_the_query_only() {
    assert!(parse("pkcs11:object=k?x-vendor=1&x-vendor=2").is_ok());
    assert!(matches!(parse("pkcs11:object=k?x-vendor=%zz"), Err(Pkcs11UriError::Value { .. })));
    assert_eq!(parse("pkcs11:object=k;x-vendor=1"), Err(Pkcs11UriError::Vendor("x-vendor".to_owned())));
    for (text, place) in [
        ("pkcs11:object=k;pubkey=1", "path"),
        ("pkcs11:object=k?token=a", "query"),
        ("pkcs11:object=k;module-path=/a", "path"),
    ] {
        let refused = parse(text);
        assert!(matches!(&refused, Err(Pkcs11UriError::Unknown { place: at, .. }) if *at == place), "{refused:?}");
    }
}

#[test]
fn refuses_what_is_outside_the_grammar() {
    for text in [
        "",
        "pkcs11",
        "PKCS11:object=k",
        "pkcs11:",
        "pkcs11:token=a",
        "pkcs11:object=k;",
        "pkcs11:;object=k",
        "pkcs11:object",
        "pkcs11:=k",
        "pkcs11:object=",
        "pkcs11:id=",
        "pkcs11:object=a;object=b",
        "pkcs11:object=k?module-name=a&module-name=a",
        "pkcs11:object=a b",
        "pkcs11:object=a/b",
        "pkcs11:object=%4",
        "pkcs11:object=%g0",
        "pkcs11:object=%ff",
        "pkcs11:object=%00",
        "pkcs11:object=%e2%80%ae",
        "pkcs11:object=k;type=cert",
        "pkcs11:object=k;type=public",
        "pkcs11:object=k;slot-id=x",
        "pkcs11:object=k;slot-id=-1",
        "pkcs11:object=k;library-version=256",
        "pkcs11:object=k;library-version=1.2.3",
        "pkcs11:object=k?module-path=/a&",
        "pkcs11:object=\u{e9}",
    ] {
        assert!(parse(text).is_err(), "{text:?} was accepted");
    }
    assert!(parse("pkcs11:object=a&b").is_ok(), "an ampersand is an ordinary character of the path");
    assert!(parse("pkcs11:object=a%2fb").is_ok());
    assert_eq!(parse(&format!("pkcs11:object={}", "a".repeat(5000))), Err(Pkcs11UriError::TooLong));
    assert!(parse(&format!("pkcs11:id={}", "%01".repeat(255))).is_ok());
    assert!(parse(&format!("pkcs11:id={}", "%01".repeat(256))).is_err());
}

/// A policy with this `[signing]` table and `[build]` environment.
fn policy(signing: &str, build: &str) -> Result<Policy, String> {
    let text = format!(
        "schema = 1\n[device]\nname = \"pump\"\nmanufacturer = \"M\"\nsafety-class = \"C\"\nfinished = true\n\
         cyber-device = true\nlife-supporting = true\nimplantable = false\n[release]\ntag = \"v{{version}}\"\n\
         purpose = \"demo\"\napprovals = [\"authoriser\"]\nartifacts = [{{ path = \"a\", name = \"a\" }}]\n\
         [signing]\n{signing}\n[build]\nenvironment = [{build}]\n"
    );
    Policy::parse(text.as_bytes(), "batchseal.toml").map_err(|errors| errors.to_string())
}

#[test]
fn reads_every_kind_of_signer() {
    let token = policy("key = \"pkcs11:token=t;object=k?pin-source=env:TOKEN_NUMBER\"", "").unwrap();
    assert!(matches!(&token.signing.key, KeySource::Pkcs11(uri) if uri.object.as_deref() == Some("k")));
    assert_eq!(token.signing.secret_variables(), ["TOKEN_NUMBER"]);
    let program = policy(
        "program = [\"/usr/bin/kms-sign\", \"--key\", \"\"]\npublic-key = \"p.pub\"\nenvironment = [\"AWS_PROFILE\"]\n\
         certificates = \"chain.pem\"",
        "",
    )
    .unwrap();
    let KeySource::Program(signer) = &program.signing.key else { panic!("no program") };
    assert_eq!(signer.command, ["/usr/bin/kms-sign", "--key", ""]);
    assert_eq!((signer.public_key.as_str(), signer.environment.as_slice()), ("p.pub", &["AWS_PROFILE".to_owned()][..]));
    assert_eq!(program.signing.certificates.as_deref(), Some("chain.pem"));
}

#[test]
fn refuses_signing_tables_that_mix_or_leak() {
    let program = "program = [\"/bin/s\"]\npublic-key = \"p\"";
    for (signing, expected) in [
        ("", "signing.key: got nothing"),
        ("key = \"env:K\"\nprogram = [\"/bin/s\"]\npublic-key = \"p\"", "two of key, program and keyless"),
        ("program = [\"/bin/s\"]", "signing.public-key: got nothing"),
        ("program = []\npublic-key = \"p\"", "signing.program: got an empty list"),
        ("program = \"/bin/s\"\npublic-key = \"p\"", "a program and its arguments"),
        ("program = [\"kms-sign\"]\npublic-key = \"p\"", "the absolute path of a program"),
        ("program = [\"./kms-sign\"]\npublic-key = \"p\"", "the absolute path of a program"),
        ("program = [\"/bin/s\", \"a\\nb\"]\npublic-key = \"p\"", "signing.program[2]"),
        ("key = \"env:K\"\npublic-key = \"p\"", "only with another kind of signer"),
        ("key = \"env:K\"\nenvironment = [\"A\"]", "only with another kind of signer"),
        ("key = \"pkcs11:object=k\"\npassphrase = \"env:P\"", "no passphrase with a token"),
        (&format!("{program}\npassphrase = \"env:P\""), "no passphrase with a program"),
        (&format!("{program}\nenvironment = [\"A=hunter2\"]"), "no name of an environment variable"),
        (&format!("{program}\nenvironment = [\"A\", \"A\"]"), "each value once"),
        (&format!("{program}\ncertificates = \"\""), "signing.certificates"),
        ("key = \"pkcs11:object=k?pin-value=hunter2\"", "pin-value gives the PIN away"),
        ("key = \"pkcs11:token=t\"", "neither object nor id"),
    ] {
        let error = policy(signing, "").unwrap_err();
        assert!(error.contains(expected), "{signing}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn keeps_the_pin_variable_and_the_programs_variables_from_the_build() {
    let token = "key = \"pkcs11:object=k?pin-source=env:TOKEN_NUMBER\"";
    let program = "program = [\"/bin/s\"]\npublic-key = \"p\"\nenvironment = [\"KMS_REGION\"]";
    for (signing, name) in [(token, "TOKEN_NUMBER"), (token, "token_number"), (program, "KMS_REGION")] {
        let error = policy(signing, &format!("\"{name}\"")).unwrap_err();
        assert!(error.contains("no variable that holds the signing key"), "{error}");
        assert!(policy(signing, "\"OTHER\"").is_ok());
    }
}
