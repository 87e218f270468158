//! OIDC identity tokens (OpenID Connect Core 1.0 section 2; JWT, RFC 7519): read, not verified.
//!
//! The certificate authority verifies them. We look at them before anything is sent, so that an
//! expired token, or one that was made for another service, reaches nobody.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::model::json;
use crate::model::text::for_terminal;
use crate::model::time::Timestamp;

/// Audience that Sigstore's certificate authorities ask for.
pub const SIGSTORE_AUDIENCE: &str = "sigstore";

/// Longest token, in bytes.
pub const MAX_TOKEN: usize = 32 * 1024;

/// An identity token. It can be handed over; it cannot be shown.
pub struct IdentityToken {
    text: Zeroizing<String>,
    claims: Claims,
}

/// What the token says of itself, believed by nobody before the certificate authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// `aud`.
    pub audiences: Vec<String>,
    /// `exp`, seconds since the epoch.
    pub expires: i64,
    /// `email`, where there is one.
    pub email: Option<String>,
}

/// Why a token is not used. No message holds the token or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityTokenError {
    /// Not three parts of base64url around a JSON object with the claims.
    #[error("identity token is malformed: {0} (expected a JSON Web Token with iss, sub, aud and exp)")]
    Malformed(&'static str),
    /// Too old.
    #[error("identity token of {issuer} expired at {expired} (it is now {now})")]
    Expired {
        /// Its issuer.
        issuer: String,
        /// When.
        expired: String,
        /// When it was looked at.
        now: String,
    },
    /// Made for another service, which could be impersonated with it.
    #[error("identity token of {issuer} is for the audience {got} (expected {expected:?})")]
    Audience {
        /// Its issuer.
        issuer: String,
        /// The audiences in it.
        got: String,
        /// The one that is asked for.
        expected: String,
    },
}

#[derive(Deserialize)]
struct ClaimsWire {
    iss: String,
    sub: String,
    aud: AudienceWire,
    // A NumericDate may have a fraction (RFC 7519 section 2).
    exp: f64,
    #[serde(default)]
    email: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AudienceWire {
    One(String),
    Many(Vec<String>),
}

impl IdentityToken {
    /// Reads a token; white space around it is left out.
    ///
    /// # Errors
    /// [`IdentityTokenError::Malformed`].
    pub fn parse(text: &Zeroizing<String>) -> Result<Self, IdentityTokenError> {
        let text = Zeroizing::new(text.trim().to_owned());
        let malformed = IdentityTokenError::Malformed;
        if text.is_empty() || text.len() > MAX_TOKEN {
            return Err(malformed("it is empty or longer than 32 KiB"));
        }
        let mut parts = text.split('.');
        let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(malformed("it has not three parts"));
        };
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
            return Err(malformed("it holds a character that is not of base64url"));
        }
        let payload = Base64UrlUnpadded::decode_vec(payload).map_err(|_| malformed("its claims are not base64url"))?;
        let payload = Zeroizing::new(payload);
        json::check_foreign(&payload).map_err(|_| malformed("its claims are not JSON"))?;
        let wire: ClaimsWire =
            serde_json::from_slice(&payload).map_err(|_| malformed("a claim is missing or of another type"))?;
        let claims = Claims::of_wire(wire).ok_or(malformed("the time of expiry is out of range"))?;
        Ok(Self { text, claims })
    }

    /// What it says of itself.
    #[must_use]
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The token itself, for the certificate authority only.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.text
    }

    /// Looks at expiry and audience.
    ///
    /// # Errors
    /// [`IdentityTokenError::Expired`], [`IdentityTokenError::Audience`].
    pub fn check(&self, audience: &str, now: Timestamp) -> Result<(), IdentityTokenError> {
        let issuer = for_terminal(&self.claims.issuer);
        if self.claims.expires <= now.unix() {
            let expired = Timestamp::from_unix(self.claims.expires);
            let expired = expired.map_or_else(|_| self.claims.expires.to_string(), |time| time.to_string());
            return Err(IdentityTokenError::Expired { issuer, expired, now: now.in_utc().to_string() });
        }
        if !self.claims.audiences.iter().any(|got| got == audience) {
            let got: Vec<String> = self.claims.audiences.iter().map(|got| format!("{got:?}")).collect();
            return Err(IdentityTokenError::Audience { issuer, got: got.join(", "), expected: audience.to_owned() });
        }
        Ok(())
    }
}

impl Claims {
    fn of_wire(wire: ClaimsWire) -> Option<Self> {
        // Until the year 9999, the last one that a time can be written of.
        let expires = (0.0..253_402_300_800.0).contains(&wire.exp).then(|| wire.exp.floor())?;
        #[expect(clippy::cast_possible_truncation, reason = "within the range just looked at")]
        let expires = expires as i64;
        let audiences = match wire.aud {
            AudienceWire::One(one) => vec![one],
            AudienceWire::Many(many) => many,
        };
        Some(Self { issuer: wire.iss, subject: wire.sub, audiences, expires, email: wire.email })
    }
}

impl fmt::Debug for IdentityToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "identity token of {:?}", self.claims.issuer)
    }
}

#[cfg(test)]
mod tests {
    use super::{IdentityToken, IdentityTokenError};
    use crate::model::time::Timestamp;
    use base64ct::{Base64UrlUnpadded, Encoding};
    use zeroize::Zeroizing;

    fn token(claims: &str) -> Zeroizing<String> {
        let part = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
        Zeroizing::new(format!("{}.{}.c2lnbmF0dXJl", part("{\"alg\":\"none\"}"), part(claims)))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds).expect("time")
    }

    const CLAIMS: &str =
        r#"{"iss":"https://issuer.example","sub":"repo:a/b","aud":"sigstore","exp":1000,"big":12345678901234567890}"#;

    #[test]
    fn reads_claims_and_accepts_the_right_audience_in_time() {
        for claims in [CLAIMS, &CLAIMS.replace("\"sigstore\"", "[\"x\",\"sigstore\"]").replace("1000", "1000.5")] {
            let token = IdentityToken::parse(&token(claims)).expect("token");
            assert_eq!(token.claims().subject, "repo:a/b");
            assert_eq!(token.check("sigstore", at(999)), Ok(()));
        }
    }

    #[test]
    fn rejects_an_expired_token_and_one_for_another_audience() {
        let read = |claims: &str| IdentityToken::parse(&token(claims)).expect("token");
        let expired = read(CLAIMS).check("sigstore", at(1000)).expect_err("expired").to_string();
        assert!(expired.contains("expired at 1970-01-01T00:16:40Z"), "{expired}");
        for (claims, got) in [
            (CLAIMS.replace("sigstore", "sigstore2"), "\"sigstore2\""),
            (CLAIMS.replace("\"sigstore\"", "[\"a\",\"b\"]"), "\"a\", \"b\""),
        ] {
            let error = read(&claims).check("sigstore", at(1)).expect_err("audience").to_string();
            assert!(error.contains(got) && error.contains("expected \"sigstore\""), "{error}");
        }
    }

    #[test]
    fn rejects_what_is_no_token() {
        let good = token(CLAIMS);
        let (head, _) = good.rsplit_once('.').expect("parts");
        let texts = [
            String::new(),
            "a.b".to_owned(),
            head.to_owned(),
            format!("{}.x", *good),
            format!("{}\u{1}", *good),
            good.replace('.', ". "),
            "a.%%%.c".to_owned(),
            "x".repeat(40_000),
        ];
        for text in texts {
            assert!(IdentityToken::parse(&Zeroizing::new(text.clone())).is_err(), "{text}");
        }
        for claims in [
            "",
            "[]",
            "{}",
            &CLAIMS.replace("1000", "1e30"),
            &CLAIMS.replace("1000", "-5"),
            &CLAIMS.replace("1000", "\"1\""),
        ] {
            let error = IdentityToken::parse(&token(claims)).expect_err(claims);
            assert!(matches!(error, IdentityTokenError::Malformed(_)), "{claims}");
        }
    }

    #[test]
    fn shows_itself_nowhere() {
        let text = token(CLAIMS);
        let token = IdentityToken::parse(&text).expect("token");
        let shown = format!("{token:?} {:?}", token.check("other", at(1)));
        assert!(text.split('.').all(|part| !shown.contains(part)), "{shown}");
    }
}
