//! Samples of every format, in the shape that the programs write, and what is refused.

use super::{Defect, Item, Kind, MAX_ITEMS, Part, Trace, TraceError, read};

/// Id, kind, title and links of each item; links that stand apart are added to their items.
fn shown(part: Part) -> Vec<(String, Kind, String, String)> {
    let trace = Trace::merge(vec![part]).expect("trace");
    let row = |item: &Item| (item.id.clone(), item.kind, item.title.clone(), item.links.join(" "));
    trace.items().iter().map(row).collect()
}

fn row(id: &str, kind: Kind, title: &str, links: &str) -> (String, Kind, String, String) {
    (id.to_owned(), kind, title.to_owned(), links.to_owned())
}

fn refused(name: &str, text: &str) -> String {
    read(name, text.as_bytes()).map(|part| format!("{part:?} was taken")).unwrap_or_else(|error| error.to_string())
}

#[test]
fn reads_our_csv() {
    let text = "\u{feff}links,id,Kind,title\r\n,REQ-1,requirement,Pumps at the set rate\r\nREQ-1,RC-1,Risk control,\r\n\
        \"REQ-1; RC-1\",pump::rate,TEST,\r\n,HAZ-1,other,Overinfusion\r\n";
    let expected = [
        row("REQ-1", Kind::Requirement, "Pumps at the set rate", ""),
        row("RC-1", Kind::RiskControl, "", "REQ-1"),
        row("pump::rate", Kind::Test, "", "RC-1 REQ-1"),
        row("HAZ-1", Kind::Other, "Overinfusion", ""),
    ];
    assert_eq!(shown(read("trace.txt", text.as_bytes()).expect("CSV")), expected);
    assert!(refused("t.csv", "id,kind,links\nR1,need,\n").contains("line 2: kind \"need\" is unknown"));
    assert!(refused("t.csv", "id,kind,links\n,test,R1\n").contains("line 2: id \"\" is not usable"));
    assert!(refused("t.csv", "id,kind,links\nR\u{202e}1,test,\n").contains("is not usable"));
    assert!(refused("t.csv", "id,kind,title\nR1,test,\n").contains("column links is missing"));
    assert!(refused("t.csv", "id,kind,links,owner\nR1,test,,\n").contains("\"owner\" is no column"));
}

#[test]
fn reads_doorstop_items_by_file_name() {
    let text = "active: true\nderived: false\nheader: ''\nlevel: 1.10\nlinks:\n- REQ001: T2tSkn27DO3GXvagwOgN=\n- REQ002\n\
        normative: true\nref: ''\nreviewed: 9TcFUzsQWUHh=\ntext: |\n  The pump **shall** stop\n  when it is empty.\n";
    let item = shown(read("evidence/documents/SRS003.yml", text.as_bytes()).expect("item"));
    // Links to items of other files dangle in a trace of one file.
    assert_eq!(item, [row("SRS003", Kind::Requirement, "The pump **shall** stop when it is empty.", "")]);
    let part = read("SRS003.yml", text.as_bytes()).expect("item");
    assert_eq!(part.items[0].links, ["REQ001", "REQ002"]);
    for (change, kind) in [
        ("normative: false", Kind::Other),
        ("normative: true\nkind: risk control", Kind::RiskControl),
        ("normative: true\nkind: test", Kind::Test),
    ] {
        let text = text.replace("normative: true", change);
        assert_eq!(read("SRS003.yml", text.as_bytes()).expect("item").items[0].kind, kind, "{change}");
    }
    assert_eq!(read("TST003", text.as_bytes()).expect("item").items[0].kind, Kind::Test);
    assert!(refused("a.yml", "active: true\nlinks: []\n").contains("no keys active, level and links"));
    assert!(refused("a.yml", "active: true\nlevel: 1\nlinks: REQ1\n").contains("links are no list"));
    assert!(refused("a.yml", "active: &x 1\n").contains("malformed Doorstop item: line 1"));
    assert!(refused(".yml", text).contains("file name: id \"\""));
}

#[test]
fn reads_the_csv_export_of_doorstop() {
    let text = "uid,level,text,ref,links,active,derived,header,normative,reviewed\n\
        REQ001,1.2.3,\"Lorem ipsum\ndolor\",,\"SYS001\nSYS002:abc123\",True,False,,True,\n\
        REQ002,1.4,Unicode: -40° ±1%,REF123,,True,False,Range,False,\n\
        TST003,1.6,Hello,,\"REQ001,\nREQ002\",True,False,,True,50ae164a\n";
    let part = read("export.csv", text.as_bytes()).expect("CSV");
    assert_eq!(part.items[0].links, ["SYS001", "SYS002"]);
    assert_eq!((part.items[1].kind, part.items[1].title.as_str()), (Kind::Other, "Range"));
    assert_eq!((part.items[2].kind, part.items[2].links.join(" ").as_str()), (Kind::Test, "REQ001 REQ002"));
    assert!(refused("export.csv", "uid,text\nREQ1,x\n").contains("column links is missing"));
}

const SDOC: &str = "[DOCUMENT]\nTITLE: Requirements\nUID: DOC-1\nOPTIONS:\n  ENABLE_MID: True\n\n[GRAMMAR]\nELEMENTS:\n\
    - TAG: REQUIREMENT\n  FIELDS:\n  - TITLE: UID\n    TYPE: String\n  RELATIONS:\n  - TYPE: Parent\n\n\
    [FREETEXT]\n[REQUIREMENT]\nUID: NONE\n[/FREETEXT]\n\n[[SECTION]]\nTITLE: Delivery\n\n\
    [REQUIREMENT]\nMID: 34246811634c493d\nUID: REQ-1\nTITLE: Rate\nSTATEMENT: >>>\nThe pump shall deliver.\n\n\
    [REQUIREMENT]\nUID: NONE\n<<<\n\n[REQUIREMENT]\nUID: REQ-2\nSTATEMENT: The pump shall stop.\nRELATIONS:\n\
    - TYPE: Parent\n  VALUE: REQ-1\n  ROLE: Refines\n- TYPE: File\n  VALUE: src/pump.rs\n\n\
    [TEST_CASE]\nUID: TC-1\nRELATIONS:\n- TYPE: Parent\n  VALUE: REQ-2\n\n\
    [RISK_CONTROL]\nUID: RC-1\nREFS:\n- TYPE: Child\n  VALUE: REQ-2\n\n[[/SECTION]]\n\n[TEXT]\nSTATEMENT: Done.\n";

fn of_strictdoc() -> [(String, Kind, String, String); 5] {
    [
        row("DOC-1", Kind::Other, "Requirements", ""),
        row("REQ-1", Kind::Requirement, "Rate", ""),
        row("REQ-2", Kind::Requirement, "The pump shall stop.", "RC-1 REQ-1"),
        row("TC-1", Kind::Test, "", "REQ-2"),
        row("RC-1", Kind::RiskControl, "", ""),
    ]
}

#[test]
fn reads_the_text_of_strictdoc() {
    assert_eq!(shown(read("srs.sdoc", SDOC.as_bytes()).expect("text")), of_strictdoc());
    assert_eq!(shown(read("srs", SDOC.replace('\n', "\r\n").as_bytes()).expect("text")), of_strictdoc());
    for (text, words) in [
        ("[DOCUMENT]\n[REQUIREMENT]\nTITLE: Rate\n", "REQUIREMENT \"Rate\": id \"\" is not usable"),
        ("[DOCUMENT]\n[REQUIREMENT]\nUID: A\nUID: B\n", "line 4: UID is given twice"),
        ("[DOCUMENT]\n[REQUIREMENT]\nSTATEMENT: >>>\nx\n", "line 3: STATEMENT is never closed by <<<"),
        ("[DOCUMENT]\n[FREETEXT]\nx\n", "line 2: [FREETEXT] is never closed"),
        ("[DOCUMENT]\n[REQUIREMENT]\nUID: A\nRELATIONS:\n- TYPE: Parent\n", "relation of \"A\" has no VALUE"),
        ("[DOCUMENT]\n[REQUIREMENT]\nUID: A\nRELATIONS:\n- TYPE: Uncle\n  VALUE: B\n", "has the type \"Uncle\""),
    ] {
        assert!(refused("srs.sdoc", text).contains(words), "{}", refused("srs.sdoc", text));
    }
}

#[test]
fn reads_the_json_of_strictdoc_with_the_old_and_the_new_key() {
    let text = r#"{"_COMMENT": "…", "DOCUMENTS": [{"_NODE_TYPE": "DOCUMENT", "UID": "DOC-1", "TITLE": "Requirements",
        "GRAMMAR": {"ELEMENTS": [{"NODE_TYPE": "REQUIREMENT", "FIELDS": [], "RELATIONS": [{"TYPE": "Parent"}]}]},
        "NODES": [{"_TOC": "1", "_NODE_TYPE": "SECTION", "TITLE": "Delivery", "NODES": [
            {"_TOC": "1.1", "_NODE_TYPE": "REQUIREMENT", "MID": "34", "UID": "REQ-1", "TITLE": "Rate", "STATEMENT": "x"},
            {"_TOC": "1.2", "_NODE_TYPE": "REQUIREMENT", "UID": "REQ-2", "STATEMENT": "The pump shall stop.",
             "RELATIONS": [{"TYPE": "Parent", "VALUE": "REQ-1", "ROLE": "Refines"}, {"TYPE": "File", "VALUE": "a.rs"}]},
            {"_TOC": "1.3", "_NODE_TYPE": "TEST_CASE", "UID": "TC-1", "RELATIONS": [{"TYPE": "Parent", "VALUE": "REQ-2"}]},
            {"_TOC": "1.4", "_NODE_TYPE": "RISK_CONTROL", "UID": "RC-1", "RELATIONS": [{"TYPE": "Child", "VALUE": "REQ-2"}]}
        ]}, {"_TOC": "", "_NODE_TYPE": "TEXT", "STATEMENT": "Done."}]}]}"#;
    assert_eq!(shown(read("index.json", text.as_bytes()).expect("JSON")), of_strictdoc());
    let old = text.replace("\"_NODE_TYPE\": \"DOCUMENT\", ", "").replace("_NODE_TYPE", "TYPE");
    assert_eq!(shown(read("index.json", old.as_bytes()).expect("JSON")), of_strictdoc());
    assert!(refused("a", "{}").contains("no list DOCUMENTS"));
    assert!(refused("a", r#"{"DOCUMENTS": [1]}"#).contains("is no object"));
    assert!(refused("a", r#"{"DOCUMENTS": [{"NODES": {}}]}"#).contains("NODES is no list"));
    assert!(refused("a", r#"{"DOCUMENTS": [{"NODES": [{"TYPE": "REQUIREMENT"}]}]}"#).contains("id \"\""));
    let deep = format!("{{\"DOCUMENTS\": [{}{}]}}", "{\"NODES\": [".repeat(80), "]}".repeat(80));
    assert!(refused("a", &deep).contains("nesting deeper"));
}

const REQIF: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<REQ-IF xmlns="http://www.omg.org/spec/ReqIF/20110401/reqif.xsd" xmlns:xhtml="http://www.w3.org/1999/xhtml">
 <CORE-CONTENT><REQ-IF-CONTENT>
  <DATATYPES><DATATYPE-DEFINITION-ENUMERATION IDENTIFIER="e" LONG-NAME="Kinds"><SPECIFIED-VALUES>
    <ENUM-VALUE IDENTIFIER="e1" LONG-NAME="Risk Control"/></SPECIFIED-VALUES></DATATYPE-DEFINITION-ENUMERATION></DATATYPES>
  <SPEC-TYPES>
   <SPEC-OBJECT-TYPE IDENTIFIER="t1" LONG-NAME="Heading"><SPEC-ATTRIBUTES>
     <ATTRIBUTE-DEFINITION-STRING IDENTIFIER="a0" LONG-NAME="ReqIF.ChapterName"/></SPEC-ATTRIBUTES></SPEC-OBJECT-TYPE>
   <SPEC-OBJECT-TYPE IDENTIFIER="t2" LONG-NAME="System Requirement"><SPEC-ATTRIBUTES>
     <ATTRIBUTE-DEFINITION-STRING IDENTIFIER="a1" LONG-NAME="ReqIF.ForeignID"/>
     <ATTRIBUTE-DEFINITION-XHTML IDENTIFIER="a2" LONG-NAME="ReqIF.Text"/>
     <ATTRIBUTE-DEFINITION-ENUMERATION IDENTIFIER="a3" LONG-NAME="Kind"/></SPEC-ATTRIBUTES></SPEC-OBJECT-TYPE>
   <SPEC-OBJECT-TYPE IDENTIFIER="t3" LONG-NAME="Test Case"/>
  </SPEC-TYPES>
  <SPEC-OBJECTS>
   <SPEC-OBJECT IDENTIFIER="o0"><VALUES><ATTRIBUTE-VALUE-STRING THE-VALUE="Delivery"><DEFINITION>
     <ATTRIBUTE-DEFINITION-STRING-REF>a0</ATTRIBUTE-DEFINITION-STRING-REF></DEFINITION></ATTRIBUTE-VALUE-STRING></VALUES>
     <TYPE><SPEC-OBJECT-TYPE-REF>t1</SPEC-OBJECT-TYPE-REF></TYPE></SPEC-OBJECT>
   <SPEC-OBJECT IDENTIFIER="o1"><VALUES><ATTRIBUTE-VALUE-STRING THE-VALUE="LOREM-818"><DEFINITION>
     <ATTRIBUTE-DEFINITION-STRING-REF>a1</ATTRIBUTE-DEFINITION-STRING-REF></DEFINITION></ATTRIBUTE-VALUE-STRING>
     <ATTRIBUTE-VALUE-XHTML><DEFINITION><ATTRIBUTE-DEFINITION-XHTML-REF>a2</ATTRIBUTE-DEFINITION-XHTML-REF></DEFINITION>
     <THE-VALUE><xhtml:div>The pump <xhtml:b>shall</xhtml:b> stop.</xhtml:div></THE-VALUE></ATTRIBUTE-VALUE-XHTML></VALUES>
     <TYPE><SPEC-OBJECT-TYPE-REF>t2</SPEC-OBJECT-TYPE-REF></TYPE></SPEC-OBJECT>
   <SPEC-OBJECT IDENTIFIER="o2"><VALUES><ATTRIBUTE-VALUE-ENUMERATION><VALUES><ENUM-VALUE-REF>e1</ENUM-VALUE-REF></VALUES>
     <DEFINITION><ATTRIBUTE-DEFINITION-ENUMERATION-REF>a3</ATTRIBUTE-DEFINITION-ENUMERATION-REF></DEFINITION>
     </ATTRIBUTE-VALUE-ENUMERATION></VALUES><TYPE><SPEC-OBJECT-TYPE-REF>t2</SPEC-OBJECT-TYPE-REF></TYPE></SPEC-OBJECT>
   <SPEC-OBJECT IDENTIFIER="o3"><TYPE><SPEC-OBJECT-TYPE-REF>t3</SPEC-OBJECT-TYPE-REF></TYPE></SPEC-OBJECT>
   <SPEC-OBJECT IDENTIFIER="o4"/>
  </SPEC-OBJECTS>
  <SPEC-RELATIONS><SPEC-RELATION IDENTIFIER="r1"><SOURCE><SPEC-OBJECT-REF>o3</SPEC-OBJECT-REF></SOURCE>
    <TARGET><SPEC-OBJECT-REF>o1</SPEC-OBJECT-REF></TARGET></SPEC-RELATION></SPEC-RELATIONS>
 </REQ-IF-CONTENT></CORE-CONTENT></REQ-IF>"#;

#[test]
fn reads_reqif_by_long_names() {
    let expected = [
        row("o0", Kind::Other, "Delivery", ""),
        row("LOREM-818", Kind::Requirement, "The pump shall stop.", ""),
        row("o2", Kind::RiskControl, "", ""),
        row("o3", Kind::Test, "", "LOREM-818"),
        // Of an unknown type the most is asked.
        row("o4", Kind::Requirement, "", ""),
    ];
    assert_eq!(shown(read("export.reqif", REQIF.as_bytes()).expect("ReqIF")), expected);
}

#[test]
fn refuses_reqif_that_loses_an_object_or_a_relation() {
    let changed = |from: &str, to: &str| refused("a.reqif", &REQIF.replace(from, to));
    assert!(changed("<TARGET>", "<AIM>").contains("malformed ReqIF"));
    assert!(changed("<TARGET><SPEC-OBJECT-REF>o1</SPEC-OBJECT-REF></TARGET>", "").contains("\"r1\" has no TARGET"));
    assert!(changed("IDENTIFIER=\"o3\"", "").contains("has no IDENTIFIER"));
    assert!(changed("IDENTIFIER=\"o3\"", "IDENTIFIER=\"o1\"").contains("two objects have the IDENTIFIER \"o1\""));
    assert!(changed("REQ-IF xmlns", "RIF xmlns").contains("malformed ReqIF"));
    assert!(refused("a.reqif", "<RIF/>").contains("root element is <RIF>"));
    assert!(refused("a.reqif", "<!DOCTYPE x [<!ENTITY a \"a\">]><REQ-IF>&a;</REQ-IF>").contains("malformed ReqIF"));
    let dangling =
        read("a", REQIF.replace("REF>o1</SPEC-OBJECT-REF></TARGET>", "REF>o9</SPEC-OBJECT-REF></TARGET>").as_bytes());
    let trace = Trace::merge(vec![dangling.expect("ReqIF")]).expect("trace");
    assert_eq!(trace.defects(), [Defect::DanglingLink { from: "o3".to_owned(), to: "o9".to_owned() }]);
}

#[test]
fn refuses_what_is_no_trace() {
    assert!(matches!(read("a.md", b"# Trace\n"), Err(TraceError::Unknown)));
    assert!(matches!(read("a", b""), Err(TraceError::Unknown)));
    assert!(matches!(read("a.reqifz", b"PK\x03\x04rest"), Err(TraceError::Archive)));
    assert!(matches!(read("a.csv", b"id,kind,links\n\xff"), Err(TraceError::NotUtf8(14))));
}

fn csv(rows: &[&str]) -> Part {
    read("t.csv", format!("id,kind,links\n{}\n", rows.join("\n")).as_bytes()).expect("CSV")
}

#[test]
fn parts_become_one_trace_and_what_does_not_fit_is_named() {
    let parts = vec![
        csv(&["R1,requirement,R3", "R2,requirement,R1", "T1,test,R2 R9"]),
        csv(&["R3,requirement,R2", "R1,test,"]),
    ];
    let trace = Trace::merge(parts).expect("trace");
    assert_eq!((trace.items().len(), trace.count(Kind::Requirement)), (4, 3));
    let position = |id: &str| trace.find(id).expect("id");
    assert_eq!(trace.parents(position("T1")), [position("R2")]);
    assert_eq!(trace.children(position("R1")), [position("R2")]);
    let expected = [
        Defect::DuplicateId { id: "R1".to_owned() },
        Defect::DanglingLink { from: "T1".to_owned(), to: "R9".to_owned() },
        Defect::Cycle { from: "R2".to_owned(), to: "R1".to_owned() },
    ];
    assert_eq!(trace.defects(), expected);
}

#[test]
fn only_links_of_one_kind_close_a_circle() {
    let mutual = csv(&["R1,requirement,T1 RC1", "RC1,risk-control,R1", "T1,test,R1"]);
    assert_eq!(Trace::merge(vec![mutual]).expect("trace").defects(), []);
    let own = Trace::merge(vec![csv(&["R1,requirement,R1"])]).expect("trace");
    assert!(matches!(own.defects(), [Defect::Cycle { .. }]));
}

#[test]
fn a_chain_of_all_items_is_walked_without_recursion_and_one_more_is_too_many() {
    let item = |at: usize| Item {
        id: format!("R{at}"),
        kind: Kind::Requirement,
        title: String::new(),
        links: vec![format!("R{}", at + 1)],
    };
    let chain = |length: usize| Part { items: (0..length).map(item).collect(), links: Vec::new() };
    assert_eq!(Trace::merge(vec![chain(MAX_ITEMS)]).expect("trace").defects().len(), 1);
    let error = Trace::merge(vec![chain(MAX_ITEMS + 1)]).expect_err("too many");
    assert_eq!(error, TraceError::TooMany { what: "items", limit: MAX_ITEMS });
}
