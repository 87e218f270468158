//! Names of the Common Platform Enumeration, as the XML schema's pattern has them
//! (NIST IR 7695 section 6: CPE 2.2 URIs and CPE 2.3 formatted strings).

/// Whether the text is such a name.
pub(in crate::sbom) fn is_name(text: &str) -> bool {
    text.strip_prefix("cpe:2.3:").is_some_and(is_formatted) || is_uri(text)
}

/// `cpe:/<part>` and at most six further components, the scheme in any case but for a lowercase `c`.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(":/") else { return false };
    let rest = rest.strip_prefix(['a', 'h', 'o', 'A', 'H', 'O']).unwrap_or(rest);
    let letter = |b: u8| b.is_ascii_alphanumeric() || b"._-~%".contains(&b);
    scheme.starts_with('c')
        && scheme.eq_ignore_ascii_case("cpe")
        && (rest.is_empty() || rest.starts_with(':'))
        && rest.bytes().all(|b| b == b':' || letter(b))
        && rest.matches(':').count() <= 6
}

/// Part, five components, language, four components.
fn is_formatted(text: &str) -> bool {
    let Some(fields) = fields(text) else { return false };
    let [part, rest @ ..] = fields.as_slice() else { return false };
    matches!(*part, "a" | "h" | "o" | "*" | "-")
        && rest.len() == 10
        && rest.iter().enumerate().all(|(at, field)| if at == 5 { is_language(field) } else { is_component(field) })
}

/// Fields between colons that no backslash precedes.
fn fields(text: &str) -> Option<Vec<&str>> {
    let (mut fields, mut start, mut escaped) = (Vec::new(), 0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b':' => {
                fields.push(text.get(start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    fields.push(text.get(start..)?);
    Some(fields)
}

/// `*`, `-`, or letters and escaped marks with wildcards only at the ends: `*` once or `?` repeated.
fn is_component(text: &str) -> bool {
    if matches!(text, "*" | "-") {
        return true;
    }
    let front = text.strip_prefix('*').unwrap_or_else(|| text.trim_start_matches('?'));
    let (mut core, mut bytes) = (0, front.bytes().peekable());
    while let Some(byte) = bytes.next() {
        let mark = |b: u8| b"\\*?!\"#$%&'()+,/:;<=>@[]^`{|}~".contains(&b);
        match byte {
            b'\\' if bytes.next_if(|b| mark(*b)).is_some() => core += 1,
            b if b.is_ascii_alphanumeric() || b"-._".contains(&b) => core += 1,
            b'*' => return core > 0 && bytes.next().is_none(),
            b'?' => return core > 0 && bytes.all(|b| b == b'?'),
            _ => return false,
        }
    }
    core > 0
}

fn is_language(text: &str) -> bool {
    let (language, region) = text.split_once('-').map_or((text, None), |(language, region)| (language, Some(region)));
    let letters = |text: &str| text.bytes().all(|b| b.is_ascii_alphabetic());
    let fits = |region: &str| {
        region.len() == 2 && letters(region) || region.len() == 3 && region.bytes().all(|b| b.is_ascii_digit())
    };
    matches!(text, "*" | "-") || (2..=3).contains(&language.len()) && letters(language) && region.is_none_or(fits)
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn reads_both_spellings_and_no_others() {
        for text in [
            "cpe:/a:acme:application:9.1.1",
            "cPE:/",
            "cpe:/o",
            "cpe:2.3:a:acme:a\\:b:1.0:*:*:*:*:*:*:*",
            "cpe:2.3:*:??x:y*:-:*:*:en-US:*:*:*:-",
        ] {
            assert!(is_name(text), "{text}");
        }
        for text in [
            "",
            "CPE:/a",
            "cpe:/x:y",
            "cpe:/a:1:2:3:4:5:6:7",
            "cpe:2.3:a:acme:b:1.0:*:*:*:*:*:*",
            "cpe:2.3:a:acme:b c:1.0:*:*:*:*:*:*:*",
            "cpe:2.3:a:ac*me:b:1.0:*:*:*:*:*:*:*",
            "cpe:2.3:a:acme::1.0:*:*:*:*:*:*:*",
            "cpe:2.3:a:acme:b:1.0:*:*:*:*:*:*:\\",
            "cpe:2.3:a:acme:b:1.0:*:*:english:*:*:*:*",
        ] {
            assert!(!is_name(text), "{text}");
        }
    }
}
