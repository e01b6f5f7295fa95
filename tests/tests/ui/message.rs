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
    let mut is_elsewhere = false;
    for line in stderr.lines().filter(|line| tells_of_the_case(line)) {
        let mut line = line.trim_end().to_owned();
        for (root, variable) in &roots {
            line = line.replace(root, variable);
        }
        if let Some((indent, arrow, place)) = arrow(&line) {
            is_elsewhere = !place.starts_with("$DIR/");
            if is_elsewhere {
                line = format!(
                    "{}{arrow}{}",
                    &line[..indent],
                    without_version(without_numbers(place))
                );
            }
        } else if is_elsewhere && is_source(&line) {
            let number = line.find(|c: char| c != ' ' && !c.is_ascii_digit()).unwrap_or(line.len());
            line.replace_range(..number, &" ".repeat(number));
        } else {
            is_elsewhere = false;
        }
        lines.push(others_uncounted(line));
    }
    let mut text = gutter::narrow(&lines).join("\n");
    text.truncate(text.trim_end().len());
    text + "\n"
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

/// `file:1:2` becomes `file`.
fn without_numbers(place: &str) -> &str {
    place.trim_end_matches(|c: char| c.is_ascii_digit() || c == ':')
}

/// A path in Cargo's registry becomes `$CARGO/name-$VERSION/…`.
fn without_version(place: &str) -> String {
    let in_registry = place.split_once("/registry/src/").and_then(|(_, rest)| rest.split_once('/'));
    let Some((_, path)) = in_registry else { return place.to_owned() };
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
