//! Addresses: IRI references (RFC 3987), `anyURI` of XML Schema, and e-mail addresses (RFC 6531).

/// Whether the text is an IRI with a scheme, or a reference relative to one.
pub(super) fn is_iri_reference(text: &str) -> bool {
    is_reference(text, is_iri_letter)
}

/// Whether the text is an IRI with a scheme.
pub(super) fn is_absolute(text: &str) -> bool {
    scheme_of(text).is_some() && is_iri_reference(text)
}

/// `anyURI`: letters that a URI does not allow stand for their percent-escapes (XLink section 5.4).
pub(super) fn is_any_uri(text: &str) -> bool {
    is_reference(text, |letter, query| {
        is_iri_letter(letter, query)
            || !letter.is_ascii()
            || matches!(letter, ' ' | '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`')
    })
}

/// Something, an `@` and a domain, without blanks; the first part may be quoted.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atom = |letter: char| {
        !letter.is_ascii() && !letter.is_control() && !letter.is_whitespace()
            || letter.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~".contains(letter)
    };
    let atoms = |text: &str| text.split('.').all(|part| !part.is_empty() && part.chars().all(atom));
    let quoted = |text: &str| text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).is_some_and(is_quoted);
    let literal = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let label = |part: &str| {
        let letter = |letter: char| {
            letter.is_ascii_alphanumeric() || letter == '-' || !letter.is_ascii() && !letter.is_whitespace()
        };
        !part.is_empty()
            && part.len() <= 63
            && part.chars().all(letter)
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let host = literal.map_or_else(|| domain.split('.').all(label), is_address_literal);
    (1..=64).contains(&local.len()) && (atoms(local) || quoted(local)) && domain.len() <= 255 && host
}

fn is_quoted(text: &str) -> bool {
    let mut escaped = false;
    for letter in text.chars() {
        if letter.is_control() || letter == '"' && !escaped {
            return false;
        }
        escaped = letter == '\\' && !escaped;
    }
    !escaped
}

fn is_address_literal(text: &str) -> bool {
    text.parse::<core::net::Ipv4Addr>().is_ok()
        || text.strip_prefix("IPv6:").is_some_and(|rest| rest.parse::<core::net::Ipv6Addr>().is_ok())
}

type Letters = fn(char, bool) -> bool;

/// Scheme, authority, path, query and fragment (RFC 3986 appendix A), with these letters.
fn is_reference(text: &str, letters: Letters) -> bool {
    let (text, fragment) = text.split_once('#').map_or((text, ""), |(text, rest)| (text, rest));
    let (text, query) = text.split_once('?').map_or((text, ""), |(text, rest)| (text, rest));
    let scheme = scheme_of(text);
    let hierarchy = scheme.map_or(text, |scheme| &text[scheme.len() + 1..]);
    let (authority, path) = match hierarchy.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (Some(authority), path)
        }
        None => (None, hierarchy),
    };
    let first = path.split('/').next().unwrap_or_default();
    let relative = scheme.is_some() || authority.is_some() || !first.contains(':');
    let body = |text: &str, query: bool| {
        is_escaped(text) && text.chars().all(|letter| letters(letter, query) && (query || letter != '?'))
    };
    relative
        && body(path, false)
        && body(query, true)
        && body(fragment, true)
        && authority.is_none_or(|text| is_authority(text, letters))
}

/// A letter, then letters, digits and `+-.`, before the first colon.
fn scheme_of(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    (scheme.bytes().next()?.is_ascii_alphabetic() && scheme.bytes().all(letter)).then_some(scheme)
}

fn is_authority(text: &str, letters: Letters) -> bool {
    let (user, place) = text.rsplit_once('@').map_or(("", text), |(user, place)| (user, place));
    let (host, port) = match (place.starts_with('['), place.rfind(':')) {
        (true, _) => place.split_at(place.find(']').map_or(place.len(), |at| at + 1)),
        (false, Some(at)) => place.split_at(at),
        (false, None) => (place, ""),
    };
    let named = |text: &str| {
        is_escaped(text) && text.chars().all(|letter| !matches!(letter, ':' | '@' | '/') && letters(letter, false))
    };
    let port_fits =
        port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()));
    let literal = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    port_fits && named(&user.replace(':', "")) && literal.map_or_else(|| named(host), is_ip_literal)
}

fn is_ip_literal(text: &str) -> bool {
    text.parse::<core::net::Ipv6Addr>().is_ok()
        || text.strip_prefix(['v', 'V']).and_then(|rest| rest.split_once('.')).is_some_and(|(version, rest)| {
            let hex = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
            hex(version)
                && !rest.is_empty()
                && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:".contains(&b))
        })
}

/// Every `%` is followed by two hexadecimal digits.
fn is_escaped(text: &str) -> bool {
    let digits = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|b| b.is_ascii_hexdigit());
    text.split('%').skip(1).all(digits)
}

/// Letters of RFC 3987 section 2.2, private ones only in a query.
fn is_iri_letter(letter: char, query: bool) -> bool {
    match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        '-' | '.' | '_' | '~' | '!' | '$' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | ';' | '=' => true,
        ':' | '@' | '/' | '?' | '%' => true,
        '\u{a0}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{ffef}' => true,
        '\u{e000}'..='\u{f8ff}' => query,
        '\u{10000}'..='\u{effff}' => (letter as u32) & 0xffff < 0xfffe,
        '\u{f0000}'..='\u{10ffff}' => query && (letter as u32) & 0xffff < 0xfffe,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_absolute, is_any_uri, is_email, is_iri_reference};

    #[test]
    fn tells_addresses_from_other_text() {
        for text in [
            "",
            "a",
            "../a?b#c",
            "//host/x",
            "https://u:p@h:80/ä?x=%20#y",
            "urn:uuid:1",
            "mailto:a@b",
            "http://[::1]:8/",
            "a/b:c",
            "#",
        ] {
            assert!(is_iri_reference(text), "{text}");
        }
        for text in [
            "a b",
            "1:b",
            "<a>",
            "%g0",
            "%2",
            "http://h:x/",
            "a#b#c",
            "http://[x]/",
            "a\\b",
            "a\u{1}",
            "[",
            "http://a]b/",
        ] {
            assert!(!is_iri_reference(text), "{text}");
        }
        assert!(is_absolute("http://keys.openpgp.org") && !is_absolute("RS257"));
        assert!(is_any_uri("a b{c}") && !is_any_uri("%g0"));
    }

    #[test]
    fn tells_mail_addresses_from_other_text() {
        for text in ["a@b", "jane.doe@example.org", "\"a b\"@example.org", "jürgen@müller.example", "a@[127.0.0.1]"] {
            assert!(is_email(text), "{text}");
        }
        for text in ["", "a", "@b", "a@", "a b@c", "a@b c", "a..b@c", "a@b..c", "a@-b", "a@b@c", "\"a@b"] {
            assert!(!is_email(text), "{text}");
        }
    }
}
