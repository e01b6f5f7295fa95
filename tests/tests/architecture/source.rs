//! The source files of the runtime, and the paths that each of them names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A source file, as a module of the crate.
#[derive(Debug)]
pub(crate) struct File {
    /// Its path from the repository's root.
    pub(crate) path: String,
    /// The folder whose module it is a part of, such as `observe/endpoint`.
    pub(crate) folder: String,
    pub(crate) module: Vec<String>,
    pub(crate) imports: Vec<Import>,
    /// The types that it defines.
    pub(crate) types: Vec<String>,
    /// The types that it implements methods for, beside those of traits.
    pub(crate) inherent: Vec<(String, usize)>,
}

/// A path into the crate that a file names: in a `use`, or inline.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) line: usize,
    pub(crate) target: Vec<String>,
}

/// Every file below `root` that is compiled outside of tests.
pub(crate) fn files(repository: &Path, root: &str) -> Vec<File> {
    let top = repository.join(root);
    let mut paths = Vec::new();
    list(&top, &mut paths);
    paths.sort();
    let mut of_tests = BTreeSet::new();
    let mut files: Vec<File> = paths
        .iter()
        .map(|path| {
            let inside = path.strip_prefix(&top).unwrap();
            let module = module(inside);
            let text = fs::read_to_string(path).unwrap();
            let mut reader = Reader::new(&text, &module);
            reader.read();
            of_tests.extend(reader.of_tests);
            let folder = if path.with_extension("").is_dir() || inside.ends_with("mod.rs") {
                module.join("/")
            } else {
                module[..module.len().saturating_sub(1)].join("/")
            };
            let path = format!("{root}/{}", inside.display());
            let Reader { imports, types, inherent, .. } = reader;
            File { path, folder, module, imports, types, inherent }
        })
        .collect();
    files.retain(|file| (1..=file.module.len()).all(|len| !of_tests.contains(&file.module[..len])));
    files
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn module(inside: &Path) -> Vec<String> {
    let parts = inside.with_extension("");
    let parts = parts.iter().map(|part| part.to_str().unwrap().to_owned());
    parts.filter(|part| part != "mod" && part != "lib").collect()
}

/// A word or a mark of Rust, and the line that it is in.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Token<'a>(&'a str, usize);

struct Reader<'a> {
    tokens: Vec<Token<'a>>,
    module: Vec<String>,
    imports: Vec<Import>,
    types: Vec<String>,
    inherent: Vec<(String, usize)>,
    /// Modules in files of their own that are for tests.
    of_tests: Vec<Vec<String>>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, module: &[String]) -> Self {
        let tokens = tokens(text);
        let (imports, types, inherent, of_tests) = Default::default();
        Self { tokens, module: module.to_vec(), imports, types, inherent, of_tests }
    }

    fn at(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |token| token.0)
    }

    fn read(&mut self) {
        let (mut index, mut depth) = (0, 0);
        // The depths at which inline modules begin.
        let mut inline = Vec::new();
        while index < self.tokens.len() {
            let Token(word, line) = self.tokens[index];
            match word {
                "#" if self.is_for_tests(index) => {
                    index = self.after_item(index);
                    continue;
                }
                "mod" if self.at(index + 2) == "{" => {
                    self.module.push(self.at(index + 1).to_owned());
                    inline.push(depth);
                }
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    if inline.last() == Some(&depth) {
                        inline.pop();
                        self.module.pop();
                    }
                }
                "struct" | "enum" | "union" | "trait" => {
                    self.types.push(self.at(index + 1).to_owned());
                }
                "impl" => self.inherent.extend(self.implemented(index).map(|name| (name, line))),
                "crate" | "super" | "self" | "goldsignal" if self.begins_path(index) => {
                    self.path(index, &mut Vec::new());
                }
                _ => {}
            }
            index += 1;
        }
    }

    /// Not a part of a longer path, a visibility, or what a macro expands to in another crate.
    fn begins_path(&self, index: usize) -> bool {
        let before = |count: usize| index.checked_sub(count).map_or("", |index| self.at(index));
        self.at(index + 1) == "::"
            && !matches!(before(1), "::" | "$")
            && !(before(1) == "in" && before(2) == "(" && before(3) == "pub")
    }

    /// Adds the paths that begin here: several, where there are braces. Gives the index behind them.
    fn path(&mut self, start: usize, prefix: &mut Vec<&'a str>) -> usize {
        let (len, mut index) = (prefix.len(), start);
        loop {
            match self.at(index) {
                "{" => {
                    index += 1;
                    while self.at(index) != "}" {
                        index = self.path(index, prefix);
                        if self.at(index) == "," {
                            index += 1;
                        }
                    }
                    index += 1;
                    break;
                }
                word if word.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                    prefix.push(word);
                    index += 1;
                }
                "*" => index += 1,
                _ => {}
            }
            if self.at(index) == "::" && !matches!(self.at(index + 1), "<" | "") {
                index += 1;
                continue;
            }
            let target = self.resolve(prefix);
            self.imports.push(Import { line: self.tokens[start].1, target });
            if self.at(index) == "as" {
                index += 2;
            }
            break;
        }
        prefix.truncate(len);
        index
    }

    fn resolve(&self, path: &[&str]) -> Vec<String> {
        let mut target = self.module.clone();
        for word in path {
            match *word {
                "crate" | "goldsignal" => target.clear(),
                "super" => {
                    target.pop();
                }
                "self" => {}
                word => target.push(word.to_owned()),
            }
        }
        target
    }

    /// The type of an `impl` that is of no trait.
    fn implemented(&self, index: usize) -> Option<String> {
        let header = self.tokens[index..].iter().take_while(|token| token.0 != "{");
        let (mut depth, mut name) = (0_usize, None);
        for (position, Token(word, _)) in header.enumerate().skip(1) {
            match *word {
                "<" => depth += 1,
                ">" if self.at(index + position - 1) != "-" => depth = depth.saturating_sub(1),
                // Of a trait, or a type such as `impl Iterator` in a signature.
                "for" | ";" | "," | ")" | "=" if depth == 0 => return None,
                "where" => break,
                word if depth == 0 && word.starts_with(char::is_uppercase) => name = Some(word),
                _ => {}
            }
        }
        let begins_item = index == 0 || matches!(self.at(index - 1), "}" | ";" | "]");
        name.filter(|_| begins_item).map(str::to_owned)
    }

    /// Whether an attribute that begins here compiles what follows for tests alone.
    fn is_for_tests(&self, index: usize) -> bool {
        if self.at(index + 1) != "[" || self.at(index + 2) != "cfg" {
            return false;
        }
        let predicate = &self.tokens[index + 4..self.closing(index + 1)];
        predicate.first().is_some_and(|token| token.0 == "test")
            || predicate[..2.min(predicate.len())].iter().map(|token| token.0).eq(["all", "("])
                && predicate.iter().any(|token| token.0 == "test")
    }

    /// The index behind the item whose first attribute begins here.
    fn after_item(&mut self, start: usize) -> usize {
        let mut index = start;
        while self.at(index) == "#" {
            index = self.closing(index + 1) + 1;
        }
        loop {
            match self.at(index) {
                "mod" if self.at(index + 2) == ";" => {
                    let name = self.at(index + 1).to_owned();
                    self.of_tests.push([&self.module[..], &[name]].concat());
                    return index + 3;
                }
                "{" => return self.closing(index) + 1,
                ";" | "" => return index + 1,
                "(" | "[" => index = self.closing(index) + 1,
                _ => index += 1,
            }
        }
    }

    /// The index of the bracket that closes the one here.
    fn closing(&self, open: usize) -> usize {
        let mut depth = 0;
        for index in open..self.tokens.len() {
            match self.at(index) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return index;
            }
        }
        panic!("a bracket that nothing closes");
    }
}

/// The tokens of a file without comments and literals of text.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let (mut tokens, mut line, mut at) = (Vec::new(), 1, 0);
    while let Some(next) = text[at..].chars().next() {
        let rest = &text[at..];
        let len = skipped(rest).unwrap_or_else(|| {
            let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let len = match word {
                0 if rest.starts_with("::") => 2,
                0 => next.len_utf8(),
                word => word,
            };
            if !next.is_whitespace() {
                tokens.push(Token(&rest[..len], line));
            }
            len
        });
        line += text[at..at + len].matches('\n').count();
        at += len;
    }
    tokens
}

/// How long the comment or literal is that begins here, if one does.
fn skipped(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(rest.find("*/").map_or(rest.len(), |end| end + 2));
    }
    if let Some(raw) = rest.strip_prefix('r').or_else(|| rest.strip_prefix("br")) {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let body = rest.len() - raw.len() + hashes + 1;
            return Some(
                rest[body..].find(&close).map_or(rest.len(), |end| body + end + close.len()),
            );
        }
    }
    if rest.starts_with('"') {
        return Some(quoted(rest, '"'));
    }
    // A character, not a lifetime.
    let mut quoted_char = rest.strip_prefix('\'')?.chars();
    let is_char = match quoted_char.next()? {
        '\\' => true,
        _ => quoted_char.next() == Some('\''),
    };
    is_char.then(|| quoted(rest, '\''))
}

/// How long a literal is, with both of its quotes.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, char) in rest.char_indices().skip(1) {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            char if char == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[test]
fn paths_are_found_wherever_they_are_named() {
    let text = r#"
        //! crate::comment::is_none
        use super::{b::{C, d as e}, f::*};
        pub(in crate::a) fn x() -> crate::inline::Type { "crate::text::is_none" }
        macro_rules! m { () => { $crate::__private::y() } }
        mod inner { use super::super::above; struct S; impl<T: Fn() -> u8> S {} impl Clone for S {} }
        #[cfg(test)]
        mod tests { use crate::never; }
        #[cfg(all(test, not(loom)))]
        mod more;
        const Q: char = '"'; fn f<'a>(x: &'a str) { for y in crate::each() {} }
    "#;
    let mut reader = Reader::new(text, &["a".into(), "file".into()]);
    reader.read();
    let found: Vec<_> =
        reader.imports.iter().map(|import| (import.line, import.target.join("::"))).collect();
    let expected = [
        (3, "a::b::C"),
        (3, "a::b::d"),
        (3, "a::f"),
        (4, "inline::Type"),
        (6, "a::above"),
        (11, "each"),
    ];
    assert_eq!(found, expected.map(|(line, path)| (line, path.to_owned())));
    assert_eq!(reader.inherent, [("S".to_owned(), 6)]);
    assert_eq!(reader.of_tests, [["a", "file", "more"]]);
}
