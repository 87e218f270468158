//! Object identifiers of time stamp tokens, and names for those that are refused.

use der::asn1::ObjectIdentifier;

macro_rules! oids {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub(super) const $name: ObjectIdentifier = ObjectIdentifier::new_unwrap($text);)*
    };
}

oids! {
    /// CMS SignedData (RFC 5652, 5.1).
    SIGNED_DATA = "1.2.840.113549.1.7.2";
    /// TSTInfo as CMS content (RFC 3161, 2.4.2).
    TST_INFO = "1.2.840.113549.1.9.16.1.4";
    /// Signed attributes (RFC 5652, 11.1 and 11.2; RFC 2634, 5.4; RFC 5035, 3).
    CONTENT_TYPE = "1.2.840.113549.1.9.3";
    MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
    SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
    SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
    /// Digests (RFC 5754, 2).
    SHA256 = "2.16.840.1.101.3.4.2.1";
    SHA384 = "2.16.840.1.101.3.4.2.2";
    SHA512 = "2.16.840.1.101.3.4.2.3";
    /// Keys (RFC 5480, RFC 3279, RFC 8410).
    EC_PUBLIC_KEY = "1.2.840.10045.2.1";
    P256 = "1.2.840.10045.3.1.7";
    P384 = "1.3.132.0.34";
    RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
    ED25519 = "1.3.101.112";
    /// Signatures that throw-away authorities make (RFC 5758, 3.2).
    ECDSA_SHA256 = "1.2.840.10045.4.3.2";
    /// The one purpose of a stamp signer's certificate (RFC 3161, 2.3).
    TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
}

/// Names of algorithms that tokens are known to use and that are refused.
const REFUSED: [(&str, &str); 9] = [
    ("1.2.840.113549.2.2", "MD2"),
    ("1.2.840.113549.2.5", "MD5"),
    ("1.3.14.3.2.26", "SHA-1"),
    ("2.16.840.1.101.3.4.2.4", "SHA-224"),
    ("1.3.36.3.2.1", "RIPEMD-160"),
    ("1.2.840.113549.1.1.4", "MD5 with RSA"),
    ("1.2.840.113549.1.1.5", "SHA-1 with RSA"),
    ("1.2.840.10045.4.1", "ECDSA with SHA-1"),
    ("1.2.840.10040.4.3", "DSA with SHA-1"),
];

/// The name of an algorithm, or its number where it is in no list of ours.
pub(super) fn name_of(oid: ObjectIdentifier) -> String {
    let text = oid.to_string();
    REFUSED.iter().find(|(number, _)| *number == text).map_or(text, |(_, name)| (*name).to_owned())
}
