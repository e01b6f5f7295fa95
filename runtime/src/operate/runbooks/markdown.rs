//! Writes Markdown.

use std::fmt::Write as _;

/// A page under construction, from top to bottom.
#[derive(Default)]
pub(super) struct Page(String);

impl Page {
    pub(super) fn heading(&mut self, level: usize, text: &str) -> &mut Self {
        self.block(&format!("{} {text}", "#".repeat(level)))
    }

    /// Adds a paragraph, list or table in Markdown.
    pub(super) fn block(&mut self, text: &str) -> &mut Self {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        // Writing to a `String` does not fail.
        let _ = writeln!(self.0, "{}", text.trim_end());
        self
    }

    /// Adds a code block.
    pub(super) fn code(&mut self, language: &str, text: &str) -> &mut Self {
        self.block(&format!("```{language}\n{text}\n```"))
    }

    /// Adds a numbered list.
    pub(super) fn steps<T: AsRef<str>>(&mut self, steps: &[T]) -> &mut Self {
        let numbered = steps.iter().enumerate();
        let lines: Vec<_> =
            numbered.map(|(number, step)| format!("{}. {}", number + 1, step.as_ref())).collect();
        self.block(&lines.join("\n"))
    }

    /// Adds a table. The cells are Markdown; `|` in them is escaped.
    pub(super) fn table<const N: usize>(
        &mut self,
        head: [&str; N],
        rows: &[[String; N]],
    ) -> &mut Self {
        let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
        let mut lines = vec![line(&head.map(str::to_owned)), format!("|{}", "---|".repeat(N))];
        lines.extend(rows.iter().map(|row| line(&row.each_ref().map(|cell| escaped(cell)))));
        self.block(&lines.join("\n"))
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

fn escaped(cell: &str) -> String {
    cell.replace('|', "\\|")
}

/// Moves the headings of a text below `level`, for a text within a page: for 2 a `#` becomes `###`. Lines of code
/// blocks that begin with `#` stay.
pub(super) fn below(level: usize, text: &str) -> String {
    let mut code = false;
    let lines = text.trim().lines().map(|line| {
        code ^= line.trim_start().starts_with("```");
        let heading =
            !code && line.trim_start_matches('#').starts_with(' ') && line.starts_with('#');
        if heading { "#".repeat(level) + line } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_headings_but_not_code() {
        let text = "# A\n\n```sh\n# no heading\n```\n#hash\n## B\n";
        assert_eq!(below(1, text), "## A\n\n```sh\n# no heading\n```\n#hash\n### B");
    }

    #[test]
    fn tables_keep_their_columns() {
        let mut page = Page::default();
        page.table(["a", "b"], &[["x|y".to_owned(), "z".to_owned()]]);
        assert_eq!(page.finish(), "| a | b |\n|---|---|\n| x\\|y | z |\n");
    }
}
