//! The comment that a case begins with.

/// The first comment of a case: its reason, and then what is unusual about it, a line each.
///
/// ```text
/// // A handler can be mounted only once.
/// // 2 errors: each mount has one
/// // edition: 2021
/// ```
pub(crate) struct Header {
    lines: Vec<String>,
}

impl Header {
    pub(crate) fn parse(source: &str) -> Self {
        let lines = source.lines().map_while(|line| line.strip_prefix("//"));
        Self { lines: lines.map(|line| line.trim_start_matches('!').trim().to_owned()).collect() }
    }

    /// What the case shows.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.lines.first().map(String::as_str).filter(|line| !line.is_empty())
    }

    /// How many errors the compiler reports: one, unless the case says `2 errors: why`.
    pub(crate) fn errors(&self) -> usize {
        let count = |line: &String| line.split_once(" errors: ")?.0.parse().ok();
        self.lines.iter().find_map(count).unwrap_or(1)
    }

    /// What follows `NAME: `.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}
