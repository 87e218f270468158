//! Folders of this machine as they are written in a record: the work tree as `.`, the home folder as `~`.

use std::path::Path;

/// Folders of the machine and what stands for them in a record.
pub(super) struct Places {
    /// Longest first.
    places: Vec<(String, &'static str)>,
}

impl Places {
    pub(super) fn new(work_tree: &Path, home: Option<&Path>) -> Self {
        let mut places = Vec::new();
        for (path, shown) in [(Some(work_tree), "."), (home, "~")] {
            let Some(path) = path else { continue };
            for path in [Some(path.to_path_buf()), path.canonicalize().ok()].into_iter().flatten() {
                let text = path.to_string_lossy().trim_end_matches(['/', '\\']).to_owned();
                if path.is_absolute() && !text.is_empty() {
                    places.push((text, shown));
                }
            }
        }
        places.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        Self { places }
    }

    /// Replaces the places where they stand as a whole path or as its beginning.
    pub(super) fn shorten(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let within_name = is_within_name(&out);
            let place = self.places.iter().find(|(path, _)| !within_name && begins_with_path(rest, path));
            if let Some((path, shown)) = place {
                out.push_str(shown);
                rest = rest.get(path.len()..).unwrap_or_default();
            } else {
                out.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
        out
    }
}

/// Whether a path that begins after `before` is only the rest of a longer one. `-L` and the like are not.
fn is_within_name(before: &str) -> bool {
    let word = before.rsplit([' ', ':', '=', ',', ';', '"', '\'', '\n']).next().unwrap_or_default();
    let flag = word.starts_with('-') && !word.contains(['/', '\\']);
    !flag && !word.trim_start_matches('/').is_empty()
}

fn begins_with_path(text: &str, path: &str) -> bool {
    text.strip_prefix(path)
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-')))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Places;

    #[test]
    fn shortens_whole_paths_only() {
        let places = Places::new(Path::new("/home/dev/pump"), Some(Path::new("/home/dev")));
        assert_eq!(
            places.shorten("-L/home/dev/pump/lib:/home/dev/pump2:/mnt/home/dev"),
            "-L./lib:~/pump2:/mnt/home/dev"
        );
        assert_eq!(places.shorten("file:///home/dev/x --out=/home/dev/pump"), "file://~/x --out=.");
        assert_eq!(places.shorten("/home/developer /home/dev"), "/home/developer ~");
    }
}
