//! The text of a facts file, and where in it a fact stands.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// The file that facts were read from.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    pub(super) file: String,
    pub(super) text: String,
}

impl Source {
    /// The file's name, for messages.
    pub(super) fn name(&self) -> &str {
        if self.file.is_empty() { "facts" } else { &self.file }
    }

    /// A message about the value at a byte range: with the file, the line, the key, and the line's text.
    ///
    /// ```text
    /// facts.toml:3: `namespace`: `To do` is not a name in Kubernetes
    ///   |
    /// 3 | namespace = "To do"
    ///   |
    /// ```
    pub(super) fn message(&self, span: &Range<usize>, what: &str) -> String {
        let key = self.key_at(span.start);
        let key = key.map(|key| format!("`{key}`: ")).unwrap_or_default();
        self.message_about(span, &format!("{key}{what}"))
    }

    /// A message about the fact with this key, which may stand in the file or not.
    pub(super) fn message_of(&self, key: &str, what: &str) -> String {
        match self.position(key) {
            Some(span) => self.message_about(&span, &format!("`{key}`: {what}")),
            None if self.text.is_empty() => format!("`{key}`: {what}"),
            None => format!("{}: `{key}`: {what}", self.name()),
        }
    }

    fn message_about(&self, span: &Range<usize>, what: &str) -> String {
        let before = self.text.get(..span.start).unwrap_or_default();
        let number = before.matches('\n').count() + 1;
        let line = self.text.lines().nth(number - 1).unwrap_or_default();
        let margin = " ".repeat(number.to_string().len());
        let name = self.name();
        format!("{name}:{number}: {what}\n{margin} |\n{number} | {line}\n{margin} |")
    }

    /// The position of the value of a fact, by its key such as `prometheus.port`. A key of a label may itself have
    /// dots.
    fn position(&self, key: &str) -> Option<Range<usize>> {
        let table = DeTable::parse(&self.text).ok()?;
        position(table.get_ref(), key)
    }

    /// The key of the value at a byte position.
    fn key_at(&self, position: usize) -> Option<String> {
        let table = DeTable::parse(&self.text).ok()?;
        key_at(table.get_ref(), position)
    }
}

fn position(table: &DeTable<'_>, key: &str) -> Option<Range<usize>> {
    table.iter().find_map(|(name, value)| {
        let rest = key.strip_prefix(name.get_ref().as_ref())?;
        match (rest.strip_prefix('.'), value.get_ref()) {
            (None, _) if rest.is_empty() => Some(value.span()),
            (Some(rest), DeValue::Table(table)) => position(table, rest),
            _ => None,
        }
    })
}

fn key_at(table: &DeTable<'_>, position: usize) -> Option<String> {
    table.iter().find_map(|(name, value)| {
        let is_here = |span: Range<usize>| span.contains(&position);
        let name_here = is_here(name.span());
        match value.get_ref() {
            DeValue::Table(table) => {
                key_at(table, position).map(|rest| format!("{}.{rest}", name.get_ref()))
            }
            _ => (name_here || is_here(value.span())).then(|| name.get_ref().to_string()),
        }
    })
}
