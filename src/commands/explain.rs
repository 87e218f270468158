//! `batchseal explain`: checks and clauses in words, offline.

use crate::adapters::terminal::Terminal;
use crate::exit::ExitStatus;
use crate::gate::catalogue::{catalogue, clauses_meant, published};
use crate::model::outcome::CheckId;
use crate::model::text::for_terminal;
use crate::report::explanation::{self, Topic};

use super::failure::Failure;

/// Arguments of `batchseal explain`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples: batchseal explain RG-02; batchseal explain 8.2.6; batchseal explain 7.5.9")]
pub struct Args {
    /// Check (RG-14) or clause (8.2.6, iso13485.8.2.6); none lists the checks
    #[arg(value_name = "CHECK|CLAUSE", conflicts_with = "all")]
    pub topic: Option<String>,
    /// Explain every check and every clause
    #[arg(long)]
    pub all: bool,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Form of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Text for people
    Human,
    /// Markdown
    Markdown,
    /// One JSON document
    Json,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with [`ExitStatus::Usage`] when nothing of that name is known.
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let topics = match &args.topic {
        Some(text) => find(text)?,
        None if args.all => explanation::everything(),
        None => catalogue().checks.iter().map(Topic::Check).collect(),
    };
    let listed = args.topic.is_none() && !args.all;
    terminal.result(&render(&topics, listed, args.format)?);
    Ok(ExitStatus::Done)
}

fn render(topics: &[Topic], listed: bool, format: Format) -> Result<String, Failure> {
    if format == Format::Json {
        let bytes = explanation::json(topics).map_err(|error| Failure::plain(ExitStatus::Internal, error))?;
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    if listed {
        return Ok(explanation::check_list());
    }
    let clauses: Vec<_> = topics.iter().filter_map(clause_of).collect();
    let several = clauses.len() > 1 && clauses.len() == topics.len();
    let list =
        if several { format!("Several clauses:\n{}\n", explanation::clause_list(&clauses)) } else { String::new() };
    Ok(list + &explanation::text(topics, format == Format::Markdown))
}

const fn clause_of(topic: &Topic) -> Option<&'static crate::gate::catalogue::Clause> {
    match topic {
        Topic::Clause(clause) => Some(clause),
        Topic::Check(_) => None,
    }
}

/// The check or the clauses that the text names.
fn find(text: &str) -> Result<Vec<Topic>, Failure> {
    if let Some(check) = CheckId::parse(&text.to_ascii_uppercase()).ok().and_then(published) {
        return Ok(vec![Topic::Check(check)]);
    }
    let clauses = clauses_meant(text);
    if clauses.is_empty() { Err(unknown(text)) } else { Ok(clauses.into_iter().map(Topic::Clause).collect()) }
}

fn unknown(text: &str) -> Failure {
    let shown: String = for_terminal(text).chars().take(80).collect();
    let message =
        format!("nothing is known by the name {shown:?} (expected a check such as RG-02 or a clause such as 8.2.6)");
    Failure::message(ExitStatus::Usage, message).with_hint(next_step(text))
}

/// Near names where there are any; else the way to all of them.
fn next_step(text: &str) -> String {
    match nearest(text).as_slice() {
        [] => "`batchseal explain` without a name lists the checks".to_owned(),
        near => format!("Try one of {}; `batchseal explain` without a name lists the checks", near.join(", ")),
    }
}

/// The three known names that differ least, where they differ in less than half of what was typed.
fn nearest(text: &str) -> Vec<String> {
    let wanted: String = text.to_ascii_lowercase().chars().take(60).collect();
    let checks = catalogue().checks.iter().map(|check| check.id.to_string());
    let clauses = catalogue().clauses.iter().flat_map(|clause| [clause.number.clone(), clause.id.clone()]);
    let mut names: Vec<(usize, String)> = checks
        .chain(clauses)
        .filter(|name| !name.is_empty())
        .map(|name| (distance(&wanted, &name.to_ascii_lowercase()), name))
        .collect();
    names.retain(|(differs, _)| differs * 2 < wanted.chars().count().max(1));
    names.sort();
    names.dedup();
    names.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((above, beside), to) in row.iter().zip(row.iter().skip(1)).zip(&b) {
            let left = next.last().copied().unwrap_or(i + 1);
            next.push((above + usize::from(from != *to)).min(beside + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Topic, distance, find, nearest};
    use crate::exit::ExitStatus;

    #[test]
    fn finds_checks_in_any_case_and_clauses_by_number() {
        assert!(matches!(find("rg-02").expect("check")[..], [Topic::Check(_)]));
        assert!(matches!(find("RG-45").expect("last check")[..], [Topic::Check(_)]));
        assert_eq!(find("5.8.1").expect("two clauses").len(), 2);
    }

    #[test]
    fn unknown_names_are_usage_errors_with_the_nearest_ones() {
        for text in ["RG-99", "8.2.66", "", "\u{1b}[2J"] {
            assert_eq!(find(text).expect_err(text).status(), ExitStatus::Usage);
        }
        assert!(nearest("8.2.66").contains(&"8.2.6".to_owned()));
        assert!(nearest("RG-99").iter().all(|name| name.starts_with("RG-")));
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
