//! `Gemfile`, as far as it can be read without running it: it is a Ruby program.
//!
//! Lines `gem "<name>", "<requirement>", …` of plain text are read, also in blocks that only say where a
//! gem comes from or what it serves. What stands under a condition, in a loop or behind a variable is not
//! judged; nor is what other files (`gemspec`, `eval_gemfile`) add.

use std::collections::{BTreeMap, BTreeSet};

/// Name of the manifest.
pub(in crate::sbom::source) const MANIFEST: &str = "Gemfile";

/// Blocks whose content is always part of the bundle.
const BLOCKS: [&str; 8] = ["group", "platforms", "platform", "source", "git", "path", "github", "gitlab"];
/// Statements that ask for no gem.
const OTHER: [&str; 5] = ["source", "ruby", "git_source", "frozen_string_literal", "require"];

/// What the manifest asks for.
#[derive(Debug, Default)]
pub(super) struct Gemfile {
    /// Clauses by name; `None` where they cannot be read. Only what is asked for in any case.
    pub(super) asked: BTreeMap<String, Option<BTreeSet<String>>>,
    /// Whether nothing else can ask for a gem.
    pub(super) is_whole: bool,
}

impl Gemfile {
    /// Reads the lines.
    pub(super) fn read(text: &str) -> Self {
        let mut gemfile = Self { is_whole: true, ..Self::default() };
        // Of each open block, whether its content is always read.
        let mut blocks: Vec<bool> = Vec::new();
        for statement in statements(text) {
            let (word, rest) = first_word(&statement);
            let opens = statement.ends_with(" do") || statement.ends_with('|') && statement.contains(" do |");
            if word == "end" {
                blocks.pop();
            } else if opens || matches!(word, "if" | "unless" | "case" | "begin" | "while" | "until" | "def" | "for") {
                let is_plain = opens && BLOCKS.contains(&word);
                gemfile.is_whole &= is_plain;
                blocks.push(is_plain);
            } else if word == "gem" {
                gemfile.gem(rest, blocks.iter().all(|plain| *plain));
            } else {
                gemfile.is_whole &= OTHER.contains(&word);
            }
        }
        gemfile
    }

    fn gem(&mut self, arguments: &str, is_certain: bool) {
        let is_open = |text: &str| [" if ", " unless "].iter().any(|word| text.contains(word));
        let Some((name, rest)) = quoted(arguments).filter(|_| is_certain && !is_open(arguments)) else {
            self.is_whole = false;
            return;
        };
        let clauses = clauses(rest);
        let name = name.to_owned();
        // Asked for twice: Bundler decides which of them counts.
        let twice = self.asked.get(&name).is_some_and(|known| *known != clauses);
        self.asked.insert(name, clauses.filter(|_| !twice));
    }
}

/// Lines without comments, those that end in a comma joined with the next.
fn statements(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let line = without_comment(line).trim();
        if line.is_empty() {
            continue;
        }
        match found.last_mut().filter(|_| goes_on) {
            Some(last) => {
                last.push(' ');
                last.push_str(line);
            }
            None => found.push(line.to_owned()),
        }
        goes_on = line.ends_with(',') || line.ends_with('[') || line.ends_with('(');
    }
    found
}

fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let end = line.char_indices().find(|(_, letter)| {
        match quote {
            Some(open) if open == *letter => quote = None,
            None if matches!(letter, '"' | '\'') => quote = Some(*letter),
            _ => {}
        }
        quote.is_none() && *letter == '#'
    });
    end.and_then(|(at, _)| line.get(..at)).unwrap_or(line)
}

fn first_word(statement: &str) -> (&str, &str) {
    let end =
        statement.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(statement.len());
    let (word, rest) = statement.split_at(end);
    (word, rest.trim_start().trim_start_matches('(').trim_start())
}

/// Text in quotes at the start, without escapes and `#{…}`, and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
    let (inside, rest) = text.get(1..)?.split_once(quote)?;
    (!inside.contains(['\\', '#', '{'])).then_some((inside, rest.trim_start()))
}

/// The clauses that follow the name; `None` where they are no plain text.
fn clauses(rest: &str) -> Option<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut rest = rest;
    while let Some(next) = rest.strip_prefix(',') {
        let next = next.trim_start().trim_start_matches('[').trim_start();
        if is_option(next) {
            return Some(found);
        }
        let (text, after) = quoted(next)?;
        // An option may be written `"name" => …`.
        if after.starts_with("=>") {
            return Some(found);
        }
        found.extend(text.split(',').map(clause));
        rest = after.trim_start_matches(']').trim_start();
    }
    matches!(rest, "" | ")").then_some(found)
}

/// `name: …` or `:name => …`, which end the requirements.
fn is_option(text: &str) -> bool {
    let name = text.trim_start_matches(':');
    let end = name.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(name.len());
    let (word, rest) = name.split_at(end);
    !word.is_empty() && if text.starts_with(':') { rest.trim_start().starts_with("=>") } else { rest.starts_with(':') }
}

/// A clause as Bundler writes it: with an operator and one space.
pub(super) fn clause(text: &str) -> String {
    let text = text.trim();
    let end = text.find(|letter: char| !"<>=!~".contains(letter)).unwrap_or(text.len());
    let (operator, version) = text.split_at(end);
    format!("{} {}", if operator.is_empty() { "=" } else { operator }, version.trim())
}

#[cfg(test)]
mod tests {
    use super::Gemfile;

    fn asked(text: &str) -> Vec<String> {
        let one = |(name, clauses): (String, Option<std::collections::BTreeSet<String>>)| match clauses {
            Some(clauses) => {
                format!("{name} {}", clauses.into_iter().collect::<Vec<_>>().join(",")).trim_end().to_owned()
            }
            None => format!("{name} ?"),
        };
        Gemfile::read(text).asked.into_iter().map(one).collect()
    }

    #[test]
    fn plain_lines_are_read() {
        let text = "source 'https://rubygems.org' # the registry\nruby \"3.2\"\ngem 'a'\ngem \"b\", '~>1.2', \">= 1.2.3\", require: false\n\
                    gem('c', '2')\ngroup :test, :development do\n  gem 'd', ['>= 1', '< 3'],\n    :git => 'u' # why\nend\ngem 'e#f', '>= 1, < 2'\n";
        let gemfile = Gemfile::read(text);
        assert_eq!(asked(text), ["a", "b >= 1.2.3,~> 1.2", "c = 2", "d < 3,>= 1"]);
        assert!(!gemfile.is_whole, "a name with a sign of Ruby is not read");
        assert!(Gemfile::read("source 'x'\ngem 'a', platforms: [:ruby]\n").is_whole);
    }

    #[test]
    fn what_ruby_decides_is_not_judged() {
        for text in [
            "if ENV['X']\n  gem 'a', '1'\nend\n",
            "gem 'a', '1' if RUBY_VERSION > '3'\n",
            "%w[a b].each do |name|\n  gem name\nend\n",
            "install_if -> { true } do\n  gem 'a'\nend\n",
            "gem name\n",
        ] {
            let gemfile = Gemfile::read(text);
            assert!(gemfile.asked.is_empty() && !gemfile.is_whole, "{text}");
        }
        for text in ["gemspec\n", "eval_gemfile 'x'\n", "plugin 'x'\n"] {
            assert!(!Gemfile::read(text).is_whole, "{text}");
        }
        assert_eq!(asked("gem 'a', VERSION\ngem 'b', '1'\ngem 'b', '2'\n"), ["a ?", "b ?"]);
        for hostile in ["gem '", "gem", "gem 'a',", "end\nend\n", "gem 'a', [", "gem 'ä', 'é' do |"] {
            let _ = Gemfile::read(hostile);
        }
    }
}
