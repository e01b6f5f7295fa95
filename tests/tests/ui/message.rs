//! The text of a message without what differs between machines and between changes that do not concern it.
//!
//! The rules are those of trybuild: paths begin with a variable, versions of dependencies are variables, and lines of
//! other files have no numbers.

use std::path::Path;

use crate::gutter;

/// Lines that tell nothing about the case.
const CLOSING: [&str; 4] = [
    "error: aborting due to ",
    "Some errors have detailed explanations: ",
    "For more information about ",
    "warning: 1 warning emitted",
];

/// `stderr` of `rustc` as it is stored. The compiler ran in the folder of the repository; `case` is the path that it was
/// given.
pub(crate) fn normalize(stderr: &str, case: &Path, sysroot: &Path, repository: &Path) -> String {
    let roots = [
        (format!("{}/lib/rustlib/src/rust/library/", sysroot.display()), "$RUST/"),
        (format!("{}/", repository.display()), "$WORKSPACE/"),
        (format!("{}/", case.parent().unwrap().display()), "$DIR/"),
        ("--> runtime/".to_owned(), "--> $WORKSPACE/runtime/"),
        ("::: runtime/".to_owned(), "::: $WORKSPACE/runtime/"),
    ];
    let mut lines = Vec::new();
    let mut file = File::Case;
    for line in stderr.lines().filter(|line| tells_of_the_case(line)) {
        let mut line = line.trim_end().to_owned();
        for (root, variable) in &roots {
            line = line.replace(root, variable);
        }
        if let Some((indent, arrow, place)) = arrow(&line) {
            file = File::at(place);
            if file != File::Case {
                line = format!("{}{arrow}{}", &line[..indent], elsewhere(without_numbers(place)));
            }
        } else if is_source(&line) {
            match file {
                File::Case => {}
                File::Other => without_number(&mut line),
                File::Std => continue,
            }
        } else {
            file = File::Case;
        }
        lines.push(others_uncounted(line));
    }
    let mut text = gutter::narrow(&lines).join("\n");
    text.truncate(text.trim_end().len());
    text + "\n"
}

/// Where the lines that the compiler quotes are from.
#[derive(PartialEq)]
enum File {
    Case,
    Other,
    /// The compiler quotes it only where its sources are installed.
    Std,
}

impl File {
    fn at(place: &str) -> Self {
        if place.starts_with("$DIR/") {
            Self::Case
        } else if place.starts_with("$RUST/") || place.starts_with("/rustc/") {
            Self::Std
        } else {
            Self::Other
        }
    }
}

fn tells_of_the_case(line: &str) -> bool {
    !CLOSING.iter().any(|closing| line.starts_with(closing))
        && !is_count_of_warnings(line)
        && !line.contains("the full type name has been written to")
        && !line.contains("the full name for the type has been written to")
}

fn is_count_of_warnings(line: &str) -> bool {
    line.starts_with("warning: ") && line.ends_with(" warnings emitted")
}

/// The indent, the arrow and the place of a line such as `  --> file:1:2`.
fn arrow(line: &str) -> Option<(usize, &str, &str)> {
    let text = line.trim_start();
    let place = text.strip_prefix("--> ").or_else(|| text.strip_prefix("::: "))?;
    Some((line.len() - text.len(), &text[..4], place))
}

fn is_source(line: &str) -> bool {
    line.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '|' || c == '.')
}

/// `12 | source` becomes `   | source`.
fn without_number(line: &mut String) {
    let number = line.find(|c: char| c != ' ' && !c.is_ascii_digit()).unwrap_or(line.len());
    line.replace_range(..number, &" ".repeat(number));
}

/// `file:1:2` becomes `file`.
fn without_numbers(place: &str) -> &str {
    place.trim_end_matches(|c: char| c.is_ascii_digit() || c == ':')
}

/// The path of a file that is neither the case nor ours.
fn elsewhere(path: &str) -> String {
    // The standard library, where its sources are not installed: `/rustc/HASH/library/…`.
    if let Some((_, file)) =
        path.strip_prefix("/rustc/").and_then(|rest| rest.split_once("/library/"))
    {
        return format!("$RUST/{file}");
    }
    let in_registry = path.split_once("/registry/src/").and_then(|(_, rest)| rest.split_once('/'));
    in_registry.map_or_else(|| path.to_owned(), |(_, file)| without_version(file))
}

/// `name-1.2.3/file` becomes `$CARGO/name-$VERSION/file`.
fn without_version(path: &str) -> String {
    let (package, file) = path.split_once('/').unwrap_or((path, ""));
    let dot = package.find('.').unwrap_or(package.len());
    let name = package[..dot].rsplit_once('-').map_or(package, |(name, _)| name);
    format!("$CARGO/{name}-$VERSION/{file}")
}

/// `and 12 others` becomes `and $N others`.
fn others_uncounted(line: String) -> String {
    let text = line.trim_start();
    let count = text.strip_prefix("and ").and_then(|rest| rest.strip_suffix(" others"));
    if count.is_some_and(|count| count.bytes().all(|byte| byte.is_ascii_digit())) {
        let indent = line.len() - text.len();
        return format!("{}and $N others", &line[..indent]);
    }
    line
}
