//! Pipeline definitions of forges: what they take from elsewhere (actions, includes, container images), and whether it
//! is pinned. GitHub Actions workflows and actions, and GitLab CI configurations.
//!
//! YAML 1.2. Tags are passed over and aliases are not followed: what an alias stands for is read where it is anchored,
//! so that nothing can multiply.

use granit_parser::{Event, Parser};

/// Largest file, in bytes.
const MAX_BYTES: usize = 4 << 20;

/// Deepest nesting.
const MAX_DEPTH: usize = 64;

/// Most nodes.
const MAX_NODES: usize = 200_000;

/// Which language a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forge {
    /// `.github/workflows/*.yml`, and `action.yml`.
    GitHub,
    /// `.gitlab-ci.yml` and what it includes.
    GitLab,
}

impl Forge {
    /// By the path in the repository; `None` for a file of another kind.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or_default();
        let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"))?;
        let workflows = [".github/workflows/", ".forgejo/workflows/", ".gitea/workflows/"];
        if stem == "action" || workflows.iter().any(|folder| path.starts_with(folder)) {
            Some(Self::GitHub)
        } else if stem.ends_with(".gitlab-ci") || path.starts_with(".gitlab/") {
            Some(Self::GitLab)
        } else {
            None
        }
    }
}

/// Something that a definition takes from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Line, from 1.
    pub line: usize,
    /// As it is written.
    pub text: String,
    /// Whether it can only ever be the same.
    pub pinned: bool,
}

/// Why a definition is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PipelineFileError {
    /// Larger than this product reads.
    #[error("it is too large (expected at most {MAX_BYTES} bytes, {MAX_NODES} values, nesting of {MAX_DEPTH})")]
    TooLarge,
    /// Not UTF-8.
    #[error("it is no UTF-8 text")]
    NotText,
    /// No YAML of one document.
    #[error("it is no YAML of one document: {0}")]
    Yaml(String),
}

/// A value with the line on which it begins.
#[derive(Debug, Default)]
struct Node {
    line: usize,
    value: Value,
}

#[derive(Debug, Default)]
enum Value {
    #[default]
    Other,
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// Reads a definition: everything that it takes from elsewhere, in the order of the file.
///
/// # Errors
/// [`PipelineFileError`].
pub fn references(bytes: &[u8], forge: Forge) -> Result<Vec<Reference>, PipelineFileError> {
    if bytes.len() > MAX_BYTES {
        return Err(PipelineFileError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| PipelineFileError::NotText)?;
    let whole = document(text)?;
    let mut found = Vec::new();
    match forge {
        Forge::GitHub => github(&whole, &mut found),
        Forge::GitLab => gitlab(&whole, true, &mut found),
    }
    found.sort_by_key(|reference| reference.line);
    Ok(found)
}

/// `uses:` of steps and jobs; `container:` and `image:`. Inputs and variables are texts of their own.
fn github(node: &Node, found: &mut Vec<Reference>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| github(item, found)),
        Value::Map(entries) => {
            for (key, value) in entries {
                match (key.as_str(), &value.value) {
                    ("with" | "env" | "inputs" | "outputs" | "run" | "secrets", _) => {}
                    ("uses", Value::Text(text)) => found.extend(action(value.line, text)),
                    ("container" | "image", Value::Text(text)) => found.extend(image(value.line, text)),
                    _ => github(value, found),
                }
            }
        }
        Value::Other | Value::Text(_) => {}
    }
}

/// `owner/name[/path]@commit`, `docker://image@sha256:…`, or `./path` of the same commit.
fn action(line: usize, text: &str) -> Option<Reference> {
    if text.starts_with("./") {
        return None;
    }
    if let Some(reference) = text.strip_prefix("docker://") {
        return Some(Reference { line, text: text.to_owned(), pinned: has_digest(reference) });
    }
    let pinned = text.rsplit_once('@').is_some_and(|(_, reference)| is_commit(reference));
    Some(Reference { line, text: text.to_owned(), pinned })
}

/// A container image; `Dockerfile` and the like are built from the same commit.
fn image(line: usize, text: &str) -> Option<Reference> {
    let built_here = text.is_empty() || text == "Dockerfile" || text.starts_with("./");
    let reference = text.strip_prefix("docker://").unwrap_or(text);
    (!built_here).then(|| Reference { line, text: text.to_owned(), pinned: has_digest(reference) })
}

/// `image:` and `services:` at the top, in `default` and in jobs; `include:` at the top.
fn gitlab(node: &Node, top: bool, found: &mut Vec<Reference>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| gitlab(item, false, found)),
        Value::Map(entries) => {
            for (key, value) in entries {
                match key.as_str() {
                    "variables" | "script" | "before_script" | "after_script" | "artifacts" | "cache" => {}
                    "image" => named_images(value, found),
                    "services" => match &value.value {
                        Value::List(items) => items.iter().for_each(|item| named_images(item, found)),
                        _ => named_images(value, found),
                    },
                    "include" if top => includes(value, found),
                    _ => gitlab(value, false, found),
                }
            }
        }
        Value::Other | Value::Text(_) => {}
    }
}

/// `image: text`, or `image: { name: text }`.
fn named_images(node: &Node, found: &mut Vec<Reference>) {
    match &node.value {
        Value::Text(text) => found.extend(image(node.line, text)),
        Value::Map(entries) => {
            let names = entries.iter().filter(|(key, _)| key == "name");
            names.for_each(|(_, name)| named_images(name, found));
        }
        Value::List(_) | Value::Other => {}
    }
}

/// `local` is of the same commit; `project` needs a commit as `ref`, `remote` an `integrity`, `component` a commit.
fn includes(node: &Node, found: &mut Vec<Reference>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| includes(item, found)),
        Value::Text(text) if text.contains("://") => {
            found.push(Reference { line: node.line, text: text.clone(), pinned: false });
        }
        Value::Map(entries) => {
            let get = |name: &str| {
                entries.iter().find(|(key, _)| key == name).and_then(|(_, node)| match &node.value {
                    Value::Text(text) => Some(text.as_str()),
                    _ => None,
                })
            };
            let outside = [
                get("project").map(|text| (text, get("ref").is_some_and(is_commit))),
                get("remote").map(|text| (text, get("integrity").is_some_and(|text| text.starts_with("sha256-")))),
                get("component").map(|text| (text, text.rsplit_once('@').is_some_and(|(_, at)| is_commit(at)))),
                get("template").map(|text| (text, false)),
            ];
            found.extend(outside.into_iter().flatten().map(|(text, pinned)| Reference {
                line: node.line,
                text: text.to_owned(),
                pinned,
            }));
        }
        Value::Text(_) | Value::Other => {}
    }
}

/// Whether a reference is a whole commit id.
fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether an image is named by its digest.
fn has_digest(text: &str) -> bool {
    let digest = text.rsplit_once("@sha256:").map(|(_, hex)| hex);
    digest.is_some_and(|hex| hex.len() == 64 && is_commit(hex))
}

enum Open {
    List(usize, Vec<Node>),
    Map(usize, Vec<(String, Node)>, Option<String>),
}

fn document(text: &str) -> Result<Node, PipelineFileError> {
    let malformed = |line: usize, what: &str| PipelineFileError::Yaml(format!("line {line}: {what}"));
    let mut open: Vec<Open> = Vec::new();
    let mut whole = None;
    let mut nodes = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| PipelineFileError::Yaml(error.to_string()))?;
        let line = span.start.line();
        nodes += 1;
        if nodes > MAX_NODES || open.len() > MAX_DEPTH {
            return Err(PipelineFileError::TooLarge);
        }
        let done = match event {
            Event::Scalar(text, ..) => Node { line, value: Value::Text(text.into_owned()) },
            Event::Alias(_) => Node { line, value: Value::Other },
            Event::MappingStart(..) => {
                open.push(Open::Map(line, Vec::new(), None));
                continue;
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(line, Vec::new()));
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => match open.pop() {
                Some(Open::Map(line, entries, _)) => Node { line, value: Value::Map(entries) },
                Some(Open::List(line, items)) => Node { line, value: Value::List(items) },
                None => return Err(malformed(line, "unexpected end of a collection")),
            },
            _ => continue,
        };
        match open.last_mut() {
            None if whole.is_some() => return Err(malformed(line, "a second document")),
            None => whole = Some(done),
            Some(Open::List(_, items)) => items.push(done),
            Some(Open::Map(_, entries, key)) => match (key.take(), done.value) {
                (Some(name), value) => entries.push((name, Node { line: done.line, value })),
                (None, Value::Text(text)) => *key = Some(text),
                // A key that is no text has no meaning to a forge; its value is read all the same.
                (None, _) => *key = Some(String::new()),
            },
        }
    }
    whole.ok_or_else(|| malformed(1, "no document"))
}

#[cfg(test)]
mod tests {
    use super::{Forge, references};

    fn judged(text: &str, forge: Forge) -> Vec<(usize, String, bool)> {
        let found = references(text.as_bytes(), forge).expect("read");
        found.into_iter().map(|one| (one.line, one.text, one.pinned)).collect()
    }

    #[test]
    fn tells_files_of_forges_by_their_path() {
        for path in [".github/workflows/release.yml", ".forgejo/workflows/a.yaml", "tools/action.yml"] {
            assert_eq!(Forge::of(path), Some(Forge::GitHub), "{path}");
        }
        for path in [".gitlab-ci.yml", "ci/build.gitlab-ci.yml", ".gitlab/ci/build.yml"] {
            assert_eq!(Forge::of(path), Some(Forge::GitLab), "{path}");
        }
        for path in ["Makefile", "docker-compose.yml", ".github/workflows/notes.md", "Jenkinsfile"] {
            assert_eq!(Forge::of(path), None, "{path}");
        }
    }

    #[test]
    fn reads_actions_reusable_workflows_and_containers() {
        let (commit, digest) = ("a".repeat(40), format!("sha256:{}", "b".repeat(64)));
        let text = format!(
            "jobs:\n  call:\n    uses: owner/repo/.github/workflows/x.yml@{commit}\n  build:\n    container: \
             {{ image: 'rust@{digest}' }}\n    services:\n      db:\n        image: postgres:17\n    steps:\n    \
             - uses: actions/checkout@v4\n    - uses: ./local\n    - uses: docker://alpine@{digest}\n    \
             - uses: owner/x@{short}\n      with: {{ image: text, uses: text }}\n    - run: 'uses: nothing'\n  \
             plain:\n    container: node:22\n",
            short = &commit[..39]
        );
        let expected = [
            (3, format!("owner/repo/.github/workflows/x.yml@{commit}"), true),
            (5, format!("rust@{digest}"), true),
            (8, "postgres:17".to_owned(), false),
            (10, "actions/checkout@v4".to_owned(), false),
            (12, format!("docker://alpine@{digest}"), true),
            (13, format!("owner/x@{}", &commit[..39]), false),
            (17, "node:22".to_owned(), false),
        ];
        assert_eq!(judged(&text, Forge::GitHub), expected);
    }

    #[test]
    fn reads_images_services_and_includes_of_gitlab() {
        let (commit, digest) = ("a".repeat(40), format!("sha256:{}", "b".repeat(64)));
        let text = format!(
            "image: rust:1\ninclude:\n- local: /ci.yml\n- {{ project: g/p, ref: '{commit}', file: x }}\n\
             - {{ project: g/q, ref: main, file: x }}\n- component: host/c@1.0\n- template: Auto.yml\n\
             - https://x.example/ci.yml\n.base: &base\n  image: {{ name: 'alpine@{digest}' }}\nbuild:\n  <<: *base\n  \
             services:\n  - docker:dind\n  - name: 'db@{digest}'\n  variables: {{ image: text }}\n  \
             script: !reference [.base, script]\n"
        );
        let expected = [
            (1, "rust:1", false),
            (4, "g/p", true),
            (5, "g/q", false),
            (6, "host/c@1.0", false),
            (7, "Auto.yml", false),
            (8, "https://x.example/ci.yml", false),
            (10, &format!("alpine@{digest}"), true),
            (14, "docker:dind", false),
            (15, &format!("db@{digest}"), true),
        ];
        assert_eq!(judged(&text, Forge::GitLab), expected.map(|(line, text, pinned)| (line, text.to_owned(), pinned)));
    }

    #[test]
    fn refuses_what_is_no_small_yaml_and_never_multiplies() {
        let deep = "[".repeat(100) + &"]".repeat(100);
        for text in ["", "a: [", "--- a\n--- b\n", &deep] {
            assert!(references(text.as_bytes(), Forge::GitHub).is_err(), "{text:.20}");
        }
        assert!(references(&[0xff], Forge::GitHub).is_err());
        let aliases = format!("a: &a {{ uses: x@v1 }}\nb: [{}]\n", "*a,".repeat(1000));
        assert_eq!(judged(&aliases, Forge::GitHub).len(), 1);
    }
}
