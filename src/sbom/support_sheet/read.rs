//! From a filled sheet to rules; every problem names line and column.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::model::csv_text::{RecordLines, unclosed_quote};
use crate::model::support::SupportLevel;
use crate::policy::error::{FileKind, MAX_PROBLEMS, PolicyErrors, Problem, quote};
use crate::policy::place::Place;
use crate::policy::support::{MAX_PATTERNS, SupportRule, WrittenAnswers};
use crate::policy::text_rules::{is_purl_pattern, is_visible, is_visible_long};

use super::{COLUMNS, FOR_PEOPLE, Separator, unguarded};

/// What a sheet says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Rules in the order of the lines.
    pub rules: Vec<SupportRule>,
    /// Lines without any answer.
    pub unanswered: usize,
}

/// Reads a sheet: UTF-8, with commas, semicolons or tabulators, a header line, columns in any order.
///
/// # Errors
/// [`PolicyErrors`] with everything that is wrong; the column of a place is that of the sheet, from 1.
pub fn read(bytes: &[u8], file: &str) -> Result<Sheet, PolicyErrors> {
    let problems = Problems { file, found: RefCell::default() };
    let sheet = sheet(bytes, &problems);
    let mut found = problems.found.into_inner();
    match sheet {
        Some(sheet) if found.is_empty() => Ok(sheet),
        _ => {
            found.sort_by_key(|problem| problem.place);
            let further = found.len().saturating_sub(MAX_PROBLEMS);
            found.truncate(MAX_PROBLEMS);
            let kind = FileKind::Support;
            Err(PolicyErrors { file: file.to_owned(), kind, problems: found, further, is_draft: false })
        }
    }
}

struct Problems<'f> {
    file: &'f str,
    found: RefCell<Vec<Problem>>,
}

impl Problems<'_> {
    fn add<T>(&self, place: Place, key: &str, got: impl Into<String>, expected: impl Into<String>) -> Option<T> {
        let problem = Problem { place, key: key.to_owned(), got: got.into(), expected: expected.into() };
        self.found.borrow_mut().push(problem);
        None
    }
}

fn sheet(bytes: &[u8], problems: &Problems<'_>) -> Option<Sheet> {
    let top = Place { line: 1, column: 1 };
    let limit = FileKind::Support.max_bytes();
    if bytes.len() > limit {
        return problems.add(top, "file", format!("{} bytes", bytes.len()), format!("at most {limit} bytes"));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return problems.add(top, "file", "bytes that are not UTF-8", "a sheet saved as \"CSV UTF-8\"");
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (separator, text, skipped) = separator(text);
    if let Some(line) = unclosed_quote(text, separator.byte()) {
        let place = Place { line: line + skipped, column: 1 };
        return problems.add(place, "file", "a quote that is not closed", "a second quote at the end of the cell");
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator.byte())
        .from_reader(text.as_bytes());
    let lines = RecordLines::of(text);
    let line_of = |at: Option<&csv::Position>| at.map_or(1, |position| lines.line(position.byte()) + skipped);
    let mut header: Option<Header> = None;
    let mut rows = Rows::default();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = line_of(error.position());
                return problems.add(Place { line, column: 1 }, "file", quote(&error.to_string()), "lines of CSV");
            }
        };
        let line = line_of(record.position());
        match &header {
            None => header = Some(Header::of(&record, line, problems)?),
            Some(header) => rows.add(&Line { header, record: &record, line, problems }),
        }
    }
    if header.is_none() {
        return problems.add(top, "file", "nothing", "a header line with the column purl");
    }
    rows.finish(problems)
}

/// The separator, the text from the header on, and the number of lines before it (`sep=;` of some spreadsheets).
fn separator(text: &str) -> (Separator, &str, usize) {
    const ALL: [(char, Separator); 3] = [(',', Separator::Comma), (';', Separator::Semicolon), ('\t', Separator::Tab)];
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let stated = first.trim_end_matches('\r').strip_prefix("sep=").and_then(|rest| rest.chars().next());
    if let Some((_, separator)) = ALL.iter().find(|(sign, _)| Some(*sign) == stated) {
        return (*separator, rest, 1);
    }
    let count = |sign: char| first.matches(sign).count();
    let most = ALL.iter().rev().max_by_key(|(sign, _)| count(*sign));
    (most.map_or(Separator::Comma, |(_, separator)| *separator), text, 0)
}

/// Which cell of a line belongs to which column.
struct Header(Vec<Option<&'static str>>);

impl Header {
    fn of(record: &csv::StringRecord, line: usize, problems: &Problems<'_>) -> Option<Self> {
        let mut names: Vec<Option<&'static str>> = Vec::new();
        for (index, cell) in record.iter().enumerate() {
            let cell = cell.trim();
            let name = COLUMNS.into_iter().find(|name| name.eq_ignore_ascii_case(cell));
            let place = Place { line, column: index + 1 };
            if name.is_none() && !cell.is_empty() {
                let expected = format!("one of the columns {}", COLUMNS.join(", "));
                problems.add::<()>(place, "header", quote(cell), expected);
            } else if name.is_some() && names.contains(&name) {
                problems.add::<()>(place, "header", quote(cell), "each column once");
            }
            names.push(name);
        }
        if !names.contains(&Some("purl")) {
            let place = Place { line, column: 1 };
            return problems.add(place, "header", "no column purl", "a header line with the column purl");
        }
        Some(Self(names))
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|own| *own == Some(name))
    }
}

/// One line below the header.
struct Line<'l> {
    header: &'l Header,
    record: &'l csv::StringRecord,
    line: usize,
    problems: &'l Problems<'l>,
}

impl Line<'_> {
    /// Text of a cell with single spaces, `None` where it is empty.
    fn text(&self, column: &str) -> Option<String> {
        let cell = self.header.column(column).and_then(|at| self.record.get(at))?;
        let text = unguarded(cell.trim()).split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    }

    fn refuse<T>(&self, column: &str, got: impl Into<String>, expected: impl Into<String>) -> Option<T> {
        let at = self.header.column(column).or_else(|| self.header.column("purl")).unwrap_or(0);
        self.problems.add(Place { line: self.line, column: at + 1 }, column, got, expected)
    }

    #[expect(clippy::option_option, reason = "refused, absent and given are three answers")]
    fn cell<T>(&self, column: &str, expected: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
        let Some(text) = self.text(column) else { return Some(None) };
        match read(&text) {
            Some(value) => Some(Some(value)),
            None => self.refuse(column, quote(&text), expected),
        }
    }

    fn purl(&self) -> Option<String> {
        let expected = "a package URL with optional '*', such as pkg:cargo/serde*";
        let Some(text) = self.text("purl") else { return self.refuse("purl", "nothing", expected) };
        if is_purl_pattern(&text) { Some(text) } else { self.refuse("purl", quote(&text), expected) }
    }

    fn answers(&self) -> Option<WrittenAnswers> {
        let short =
            |column| self.cell(column, "1 to 200 visible characters", |text| is_visible(text).then(|| text.to_owned()));
        let long = |column| {
            self.cell(column, "1 to 2000 visible characters", |text| is_visible_long(text).then(|| text.to_owned()))
        };
        let date = |column| {
            self.cell(column, "a day that exists, as YYYY-MM-DD", |text| is_day(text).then(|| text.to_owned()))
        };
        let levels = SupportLevel::ALL.map(|level| format!("\"{}\"", level.as_str())).join(", ");
        let level = self.cell("level", &format!("one of {levels}"), SupportLevel::parse);
        let (supplier, supplier_unknown_because) = (short("supplier"), long("supplier-unknown-because"));
        let (end, end_unknown_because) = (date("end-of-support"), long("end-unknown-because"));
        let (level_unknown_because, justification) = (long("level-unknown-because"), long("justification"));
        let (replacement_plan, reviewed_by) = (long("replacement-plan"), short("reviewed-by"));
        let reviewed_on = date("reviewed-on");
        Some(WrittenAnswers {
            supplier: supplier?,
            supplier_unknown_because: supplier_unknown_because?,
            level: level?,
            level_unknown_because: level_unknown_because?,
            end: end?,
            end_unknown_because: end_unknown_because?,
            justification: justification?,
            replacement_plan: replacement_plan?,
            reviewed_by: reviewed_by?,
            reviewed_on: reviewed_on?,
        })
    }

    fn is_blank(&self) -> bool {
        self.record.iter().all(|cell| cell.trim().is_empty())
    }

    /// A cell with text outside every column is a shifted line.
    fn refuse_outside(&self) -> Option<()> {
        let outside = |at: usize| self.header.0.get(at).is_none_or(Option::is_none);
        let found = self.record.iter().enumerate().find(|(at, cell)| outside(*at) && !cell.trim().is_empty());
        match found {
            Some((at, cell)) => {
                let place = Place { line: self.line, column: at + 1 };
                self.problems.add(place, "line", quote(cell), "no cell outside the columns of the header")
            }
            None => Some(()),
        }
    }
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok_and(|day| day.to_string() == text)
}

#[derive(Default)]
struct Rows {
    rules: Vec<SupportRule>,
    unanswered: usize,
    seen: BTreeSet<String>,
    patterns: usize,
}

impl Rows {
    fn add(&mut self, line: &Line<'_>) {
        if line.is_blank() || line.refuse_outside().is_none() {
            return;
        }
        let (purl, answers) = (line.purl(), line.answers());
        let (Some(purl), Some(answers)) = (purl, answers) else { return };
        if answers.is_empty() {
            self.unanswered += 1;
            return;
        }
        if !self.seen.insert(purl.clone()) {
            line.refuse::<()>("purl", quote(&purl), "each package URL once");
        }
        self.patterns += usize::from(purl.contains('*'));
        if self.patterns == MAX_PATTERNS + 1 {
            line.refuse::<()>("purl", "one more purl with '*'", format!("at most {MAX_PATTERNS}"));
        }
        let complain = |key: &str, got: &str, expected: &str| {
            line.refuse::<()>(key, got, expected);
        };
        self.rules.extend(SupportRule::of(purl, answers, &complain));
    }

    fn finish(self, problems: &Problems<'_>) -> Option<Sheet> {
        if self.rules.is_empty() && problems.found.borrow().is_empty() {
            let got = format!("no answer in {} lines", self.unanswered);
            let expected = format!("at least one answer outside the columns {}", FOR_PEOPLE.join(", "));
            return problems.add(Place { line: 1, column: 1 }, problems.file, got, expected);
        }
        Some(Sheet { rules: self.rules, unanswered: self.unanswered })
    }
}
