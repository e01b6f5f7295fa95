//! The names of goldsignal that no user knows.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use crate::case::{files, package};

/// Modules of goldsignal that are also crates, which a message may name.
const CRATES: [&str; 2] = ["axum", "log"];

/// Extractors of axum, of which goldsignal has private types of the same names.
const OF_AXUM: [&str; 3] = ["Json", "Query", "State"];

static INTERNALS: LazyLock<Internals> = LazyLock::new(Internals::read);

struct Internals {
    /// Every public item, as `goldsignal::Counter::inc`.
    public: BTreeSet<String>,
    /// The modules in the root of the crate, in which the compiler begins some paths.
    modules: BTreeSet<String>,
    /// Types and traits that are not public.
    types: BTreeSet<String>,
}

/// Names in the message that are ours, but not public. What the case itself names is its own.
pub(crate) fn named_in(message: &str, case: &str) -> BTreeSet<String> {
    let own: BTreeSet<_> = words(case).collect();
    let lines = message.lines().filter(|line| !is_source_of_case(line));
    let paths: BTreeSet<_> = lines.flat_map(paths).collect();
    paths.into_iter().filter(|path| INTERNALS.has(path, &own)).map(str::to_owned).collect()
}

impl Internals {
    fn read() -> Self {
        let runtime = package().parent().unwrap().join("runtime");
        let listing = fs::read_to_string(runtime.join("public-api.txt")).unwrap();
        let public: BTreeSet<_> = listing.lines().filter_map(defined).map(str::to_owned).collect();
        assert!(!public.is_empty(), "public-api.txt lists nothing");
        let known: BTreeSet<_> = public.iter().flat_map(|path| words(path)).collect();
        let source = runtime.join("src");
        let doors = fs::read_to_string(source.join("__private.rs")).unwrap();
        let refusals: BTreeSet<_> = refusals(&doors).collect();
        assert!(!refusals.is_empty(), "__private.rs has no module of refusals");
        let types = files(&source, "rs")
            .flat_map(|file| types(&file))
            .filter(|name| !known.contains(name.as_str()) && !refusals.contains(name.as_str()))
            .filter(|name| !OF_AXUM.contains(&name.as_str()));
        let types = types.collect();
        let modules = fs::read_dir(&source).unwrap().map(|entry| entry.unwrap().path());
        let modules = modules.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
        let modules = modules.filter(|module| !CRATES.contains(&module.as_str())).collect();
        Self { public, modules, types }
    }

    fn has(&self, path: &str, own: &BTreeSet<&str>) -> bool {
        let head = path.split("::").next().unwrap();
        let of_root = path
            .strip_prefix("goldsignal::")
            .or_else(|| self.modules.contains(head).then_some(path));
        let is_path = path.contains("::") && of_root.is_some_and(|path| !self.is_public(path));
        let is_hidden =
            |word: &str| word.starts_with("__") && word.len() > 3 && !own.contains(word);
        let is_type = |word: &str| self.types.contains(word) && !own.contains(word);
        is_path || path.split("::").any(|word| is_hidden(word) || is_type(word))
    }

    fn is_public(&self, path: &str) -> bool {
        self.public.contains(&format!("goldsignal::{path}"))
    }
}

/// The names in `mod refusals`, which are written to be read: the compiler adds the name of the trait to its message.
fn refusals(doors: &str) -> impl Iterator<Item = &str> {
    let module = doors.split_once("pub mod refusals {").map_or("", |(_, rest)| rest);
    words(module.split_once("\n}").map_or("", |(module, _)| module))
}

/// The path of the item that a line of `public-api.txt` defines.
fn defined(line: &str) -> Option<&str> {
    let path = paths(line.strip_prefix("pub ")?).find(|path| path.starts_with("goldsignal"))?;
    Some(path)
}

/// The types and traits that a file defines.
fn types(file: &Path) -> Vec<String> {
    let source = fs::read_to_string(file).unwrap();
    let definitions = source.lines().filter_map(|line| {
        let line = line.trim_start();
        let item =
            line.strip_prefix("pub ").or_else(|| line.strip_prefix("pub(crate) ")).unwrap_or(line);
        let name = ["struct ", "enum ", "trait ", "union "]
            .iter()
            .find_map(|kind| item.strip_prefix(kind))?;
        words(name)
            .next()
            .filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()))
            .map(str::to_owned)
    });
    definitions.collect()
}

/// A line that the message quotes from the case.
fn is_source_of_case(line: &str) -> bool {
    let text = line.trim_start();
    let after = text.trim_start_matches(|c: char| c.is_ascii_digit());
    after.len() < text.len() && after.trim_start().starts_with(['|', '+', '-', '~'])
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// Words, and words joined by `::`.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let paths = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':');
    paths.map(|path| path.trim_matches(':')).filter(|path| !path.is_empty())
}
