//! Rich dependencies: `(a or b)`, `(a if b else c)` (rpm.org, "Boolean Dependencies").

use std::collections::BTreeSet;

use super::capability::{Capability, EQUAL, GREATER, LESS};

const MAX_DEPTH: usize = 16;

/// A requirement.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rich<'a> {
    One(Capability<'a>),
    And(Vec<Self>),
    Or(Vec<Self>),
    /// Both by one package.
    With(Vec<Self>),
    /// By a package that is not the second.
    Without(Vec<Self>),
    /// The first, if the second is met, else the third.
    If(Vec<Self>),
    /// The first, unless the second is met, else the third.
    Unless(Vec<Self>),
}

type Providers = BTreeSet<usize>;

impl<'a> Rich<'a> {
    /// Reads a requirement; one that does not begin with `(` is one capability.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn read(range: Capability<'a>) -> Result<Self, String> {
        if !range.name.starts_with(b"(") {
            return Ok(Self::One(range));
        }
        let fail = |what: &str| format!("{:.200?}: {what}", String::from_utf8_lossy(range.name));
        let mut parser = Parser { rest: range.name };
        let rich = parser.item(0).map_err(fail)?;
        parser.space();
        if parser.rest.is_empty() { Ok(rich) } else { Err(fail("something follows the last parenthesis")) }
    }

    fn parts(&self) -> &[Self] {
        match self {
            Self::One(_) => &[],
            Self::And(parts) | Self::Or(parts) | Self::With(parts) | Self::Without(parts) => parts,
            Self::If(parts) | Self::Unless(parts) => parts,
        }
    }

    /// Every capability that it names.
    pub(super) fn each(&self, found: &mut impl FnMut(&Capability<'a>)) {
        if let Self::One(capability) = self {
            found(capability);
        }
        for part in self.parts() {
            part.each(found);
        }
    }

    /// Packages that meet it, given those that meet a capability; `None` where it is not met.
    ///
    /// # Errors
    /// Those of `of`.
    pub(super) fn met<E>(
        &self,
        of: &mut impl FnMut(&Capability<'a>) -> Result<Providers, E>,
    ) -> Result<Option<Providers>, E> {
        if let Self::One(capability) = self {
            return Ok(Some(of(capability)?).filter(|providers| !providers.is_empty()));
        }
        let mut parts = self.parts().iter().map(|part| part.met(of)).collect::<Result<Vec<_>, E>>()?.into_iter();
        let (first, second) = (parts.next().flatten(), parts.next().flatten());
        let third = if parts.len() == 0 { Some(Providers::new()) } else { parts.clone().next().flatten() };
        Ok(match self {
            Self::And(_) => parts.chain([first, second]).collect::<Option<Vec<_>>>().map(union),
            Self::Or(_) => {
                let met: Vec<Providers> = parts.chain([first, second]).flatten().collect();
                (!met.is_empty()).then(|| union(met))
            }
            Self::With(_) => {
                let all = parts
                    .chain([second])
                    .try_fold(first, |all, part| Some(all.map(|all| &all & &part.unwrap_or_default())));
                all.flatten().filter(|all| !all.is_empty())
            }
            Self::Without(_) => first.map(|first| &first - &second.unwrap_or_default()).filter(|rest| !rest.is_empty()),
            Self::If(_) => {
                if second.is_some() {
                    first
                } else {
                    third
                }
            }
            Self::Unless(_) => {
                if second.is_some() {
                    third
                } else {
                    first
                }
            }
            Self::One(_) => None,
        })
    }
}

fn union(sets: Vec<Providers>) -> Providers {
    sets.into_iter().flatten().collect()
}

struct Parser<'a> {
    rest: &'a [u8],
}

impl<'a> Parser<'a> {
    fn space(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    fn item(&mut self, depth: usize) -> Result<Rich<'a>, &'static str> {
        self.space();
        match self.rest.strip_prefix(b"(") {
            Some(_) if depth == MAX_DEPTH => Err("more than 16 parentheses inside one another"),
            Some(rest) => {
                self.rest = rest;
                self.inside(depth + 1)
            }
            None => self.capability().map(Rich::One),
        }
    }

    /// What follows an opening parenthesis, up to the closing one.
    fn inside(&mut self, depth: usize) -> Result<Rich<'a>, &'static str> {
        let mut parts = vec![self.item(depth)?];
        let mut by: Option<&[u8]> = None;
        loop {
            self.space();
            if let Some(rest) = self.rest.strip_prefix(b")") {
                self.rest = rest;
                break;
            }
            let operator = self.word();
            match by {
                None => by = Some(operator),
                Some(b"if" | b"unless") if operator == b"else" && parts.len() == 2 => {}
                Some(same @ (b"and" | b"or" | b"with")) if same == operator => {}
                Some(_) => return Err("operators of two kinds (expected parentheses between them)"),
            }
            parts.push(self.item(depth)?);
        }
        match by {
            None => parts.pop().ok_or("nothing between parentheses"),
            Some(b"and") => Ok(Rich::And(parts)),
            Some(b"or") => Ok(Rich::Or(parts)),
            Some(b"with") => Ok(Rich::With(parts)),
            Some(b"without") => Ok(Rich::Without(parts)),
            Some(b"if") => Ok(Rich::If(parts)),
            Some(b"unless") => Ok(Rich::Unless(parts)),
            Some(_) => Err("an unknown operator"),
        }
    }

    /// Up to a space or a parenthesis that closes more than the word has opened.
    fn word(&mut self) -> &'a [u8] {
        let mut open = 0_usize;
        let ends = |byte: &u8| match byte {
            b'(' => {
                open += 1;
                false
            }
            b')' if open == 0 => true,
            b')' => {
                open -= 1;
                false
            }
            other => other.is_ascii_whitespace(),
        };
        let (word, rest) = self.rest.split_at(self.rest.iter().position(ends).unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    fn capability(&mut self) -> Result<Capability<'a>, &'static str> {
        let name = self.word();
        if name.is_empty() {
            return Err("no name where one was expected");
        }
        self.space();
        let mut flags = 0;
        while let Some(byte) = self.rest.first().filter(|byte| b"<>=".contains(byte)) {
            flags |= match byte {
                b'<' => LESS,
                b'>' => GREATER,
                _ => EQUAL,
            };
            self.rest = &self.rest[1..];
        }
        self.space();
        let version = if flags == 0 { &b""[..] } else { self.word() };
        Ok(Capability { name, flags, version })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Capability, Rich};

    fn met(text: &'static str) -> Option<Vec<usize>> {
        let rich = Rich::read(Capability { name: text.as_bytes(), flags: 0, version: b"" }).expect("rich");
        let mut of = |capability: &Capability<'_>| {
            Ok::<BTreeSet<usize>, ()>(match capability.name {
                b"a" => [1].into(),
                b"b(x)" => [2, 3].into(),
                b"c" => [3].into(),
                _ => BTreeSet::new(),
            })
        };
        rich.met(&mut of).expect("providers").map(|providers| providers.into_iter().collect())
    }

    #[test]
    fn rich_requirements_are_met_as_rpm_says() {
        for (text, expected) in [
            ("(a and b(x))", Some(vec![1, 2, 3])),
            ("(a and none)", None),
            ("(a or none or c)", Some(vec![1, 3])),
            ("(none or none)", None),
            ("(none if other)", Some(vec![])),
            ("(a if c)", Some(vec![1])),
            ("(none if c)", None),
            ("(a if none else c)", Some(vec![3])),
            ("(a unless none)", Some(vec![1])),
            ("(a unless c else b(x))", Some(vec![2, 3])),
            ("(a unless c)", Some(vec![])),
            ("(b(x) with c)", Some(vec![3])),
            ("(a with c)", None),
            ("(b(x) without c)", Some(vec![2])),
            ("(c without b(x))", None),
            ("((a or none) and (c >= 1:2-3))", Some(vec![1, 3])),
        ] {
            assert_eq!(met(text), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_expression() {
        let deep = "(".repeat(50_000);
        for text in ["(", "()", "(a", "(a b)", "(a and)", "(a and b or c)", "(a) b", "(a if b else c else d)", &deep] {
            let range = Capability { name: text.as_bytes(), flags: 0, version: b"" };
            assert!(Rich::read(range).is_err(), "{text:.40}");
        }
    }
}
