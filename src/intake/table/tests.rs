//! What a table may look like, and what is refused.

use super::{Columns, Form, Layout, Place, Row, TableError, csv};

const COLUMNS: Columns = Columns::new(&["id", "title"], &["note"]).at_most(3);
const LAYOUT: Layout = Layout { list: "things", texts: &["statement"], columns: COLUMNS };

/// Place, id, title and note.
type Shown<'r> = (Place, Option<&'r str>, Option<&'r str>, Option<&'r str>);

fn shown(rows: &[Row]) -> Vec<Shown<'_>> {
    rows.iter().map(|row| (row.place, row.get("id"), row.get("title"), row.get("note"))).collect()
}

#[test]
fn reads_columns_in_any_order_with_the_line_of_each_row() {
    let text = "\u{feff}Title;id;NOTE\r\n\r\n\" pumps; \r\nalways \";R1;\r\n;;\r\nstops;R2;said\r\n";
    let rows = csv(text.as_bytes(), &COLUMNS).expect("rows");
    let expected = [
        (Place::Line(3), Some("R1"), Some("pumps; \r\nalways"), None),
        (Place::Line(6), Some("R2"), Some("stops"), Some("said")),
    ];
    assert_eq!(shown(&rows), expected);
    assert_eq!(csv(b"id\ttitle\n1\t2\n", &COLUMNS).expect("rows").len(), 1);
}

#[test]
fn refuses_what_would_lose_a_row_or_a_cell() {
    let refused = |bytes: &[u8]| csv(bytes, &COLUMNS).expect_err("refused").to_string();
    for (bytes, words) in [
        (&b""[..], "expected a header with the columns id, title, note"),
        (b" \n", "expected a header"),
        (b"id,title,extra\n", "line 1: \"extra\" is no column"),
        (b"id,title,\n", "line 1: \"\" is no column"),
        (b"id,title,ID\n", "column \"ID\" stands twice"),
        (b"id,note\n", "column title is missing"),
        (b"id,title\na,b\nc\n", "line 3 has 1 cells (expected 2"),
        (b"id,title\na,b,c\n", "line 2 has 3 cells"),
        (b"id,title\na,\"b\n", "line 2: a quote opens"),
        (b"id,title\na,b\n\xff,c\n", "line 3 is not UTF-8"),
        (b"id,title\n1,a\n2,a\n3,a\n4,a\n", "more than 3 rows"),
    ] {
        assert!(refused(bytes).contains(words), "{}", refused(bytes));
    }
    let long = format!("id,title\n1,{}\n", "x".repeat(10_001));
    assert!(matches!(csv(long.as_bytes(), &COLUMNS), Err(TableError::Value { place: Place::Line(2), .. })));
    let wide = "a,".repeat(600);
    assert!(matches!(csv(wide.as_bytes(), &COLUMNS), Err(TableError::TooMany { what: "columns", .. })));
}

#[test]
fn passes_over_columns_of_other_programs_where_asked() {
    let columns = COLUMNS.ignoring_others();
    let rows = csv(b"uid,id,uid,title\n1,R1,2,t\n", &columns).expect("rows");
    assert_eq!(shown(&rows), [(Place::Line(2), Some("R1"), Some("t"), None)]);
    assert!(csv(b"id,id,title\n", &columns).is_err());
}

#[test]
fn toml_and_json_give_the_same_rows() {
    let toml = b"statement = 'all'\n[[things]]\nid = \"R1\"\ntitle = 2026-01-02\n[[things]]\nid = 7\nnote = ' '\n";
    let json = br#"{"statement": "all", "things": [{"id": "R1", "title": "2026-01-02"}, {"id": "7", "note": " "}]}"#;
    let (toml, json) = (LAYOUT.read(Form::Toml, toml).expect("TOML"), LAYOUT.read(Form::Json, json).expect("JSON"));
    let expected = [(Some("R1"), Some("2026-01-02"), None), (Some("7"), None, None)];
    for (table, places) in [(toml, [Place::Line(2), Place::Line(5)]), (json, [Place::Row(1), Place::Row(2)])] {
        assert_eq!(table.text("statement"), Some("all"));
        let cells: Vec<_> = shown(&table.rows).into_iter().map(|(_, id, title, note)| (id, title, note)).collect();
        assert_eq!(cells, expected);
        assert_eq!(table.rows.iter().map(|row| row.place).collect::<Vec<_>>(), places);
    }
    assert_eq!(LAYOUT.read(Form::Toml, b"things = []\n").expect("TOML").rows, []);
}

#[test]
fn refuses_toml_and_json_that_are_no_such_table() {
    for (form, text, words) in [
        (Form::Toml, "things = 1\n", "line 1: things is something else (expected a list of tables)"),
        (Form::Toml, "[[things]]\nid = 1\nid = 2\n", "line 3: malformed TOML"),
        (Form::Toml, "[[things]]\nother = 'x'\n", "line 2: \"other\" is no column of this table"),
        (Form::Toml, "[[things]]\n[[things]]\nid = true\n", "line 3: \"id\" is boolean (expected text)"),
        (Form::Toml, "schema = 1\n", "line 1: \"schema\" is no column of this table (expected things, statement)"),
        (Form::Toml, "things = [[]]\n", "a list of tables"),
        (Form::Json, "[]", "a list of tables"),
        (Form::Json, r#"{"things": [1]}"#, "row 1: things"),
        (Form::Json, r#"{"things": [{"id": "1"}, {"ID": "1"}]}"#, "row 2: \"ID\" is no column"),
        (Form::Json, r#"{"things": [{"id": null}]}"#, "row 1: \"id\" is null"),
        (Form::Json, r#"{"things": [{"id": "1", "id": "2"}]}"#, "duplicate key"),
        (Form::Json, r#"{"things": [{}, {}, {}, {}]}"#, "more than 3 rows"),
    ] {
        let refused = LAYOUT.read(form, text.as_bytes()).expect_err(text).to_string();
        assert!(refused.contains(words), "{refused}");
    }
}

#[test]
fn the_form_is_seen_in_the_content_and_else_in_the_name() {
    for (name, text, form) in [
        ("list.txt", "title,id\n", Some(Form::Csv)),
        ("list", "\n\"id\";\"title\"\n", Some(Form::Csv)),
        ("list.csv", "# comment\n[[things]]\n", Some(Form::Toml)),
        ("list", "statement = 'none'\nthings = []\n", Some(Form::Toml)),
        ("list.md", " {\"things\": []}", Some(Form::Json)),
        ("list.md", "# Things\n\nid = none of them\n", None),
        ("list.md", "| id | title |\n", None),
        ("list.pdf", "%PDF-1.7\n", None),
        ("list.CSV", "nothing of ours", Some(Form::Csv)),
        ("list.toml", "", Some(Form::Toml)),
        ("list", "", None),
    ] {
        assert_eq!(LAYOUT.form_of(name, text.as_bytes()), form, "{name}: {text}");
    }
    assert_eq!(LAYOUT.form_of("list", b"\xff\xfe"), None);
}
