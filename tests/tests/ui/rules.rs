//! What every expected message has to fulfil, unless its case says why it does not.

use crate::header::Header;
use crate::internals;

/// The longest underline that still points to a place.
const LONGEST_UNDERLINE: usize = 40;

/// What is wrong with the message, a sentence each. A case that breaks a rule on purpose says so by a line of its first
/// comment: `// 3 errors: why`, `// long underline: why` or `// internal names: why`.
pub(crate) fn broken_by(case: &str, message: &str) -> Vec<String> {
    let header = Header::parse(case);
    let mut broken = Vec::new();
    if header.reason().is_none() {
        broken.push("the case does not begin with its reason, as a comment".to_owned());
    }
    let (allowed, found) = (header.errors(), errors(message));
    if allowed != found {
        broken.push(format!("there are {found} errors and warnings, but the case says {allowed}: `// {found} errors: why`"));
    }
    let rules = [
        ("long underline", long_underline(message)),
        ("internal names", internal_names(message, case)),
    ];
    for (name, found) in rules {
        match (found, header.get(name)) {
            (Some(found), None) => {
                broken.push(format!("{found}; the case does not say why: `// {name}: why`"));
            }
            (None, Some(_)) => broken.push(format!("`// {name}: …` is no longer true; remove it")),
            _ => {}
        }
    }
    broken
}

/// How many errors and warnings there are: one for each fault, and no other beside it.
fn errors(message: &str) -> usize {
    let begins = |line: &&str| {
        let after = line.strip_prefix("error").or_else(|| line.strip_prefix("warning"));
        after.is_some_and(|rest| rest.starts_with([':', '[']))
    };
    message.lines().filter(begins).count()
}

/// An underline shows the token at fault, not a whole attribute or item.
fn long_underline(message: &str) -> Option<String> {
    if message.lines().any(|line| line.contains("_^")) {
        return Some("an underline spans several lines".to_owned());
    }
    let runs = message.split(|c| c != '^').map(str::len);
    let longest = runs.max().unwrap_or(0);
    (longest > LONGEST_UNDERLINE).then(|| format!("an underline is {longest} columns long"))
}

/// A message speaks of what the user knows.
fn internal_names(message: &str, case: &str) -> Option<String> {
    let names: Vec<_> = internals::named_in(message, case).into_iter().collect();
    (!names.is_empty()).then(|| format!("it names `{}`", names.join("`, `")))
}

/// That each rule is broken by a message that breaks it, and allowed by a case that says why.
pub(crate) fn find_what_they_should() -> Result<(), String> {
    let bad = format!(
        "error: `goldsignal::__private::Site` at fault\n  | {}\n\nwarning: unused\n",
        "^".repeat(LONGEST_UNDERLINE + 1)
    );
    let silent = broken_by("use goldsignal::observed;\n", &bad);
    let reason = "// The reason.\n";
    let named = broken_by(reason, &bad);
    let explained = broken_by(
        &format!("{reason}// 2 errors: so.\n// long underline: so.\n// internal names: so.\n"),
        &bad,
    );
    match (silent.len(), named.len(), &explained[..]) {
        (4, 3, []) => Ok(()),
        _ => Err(format!("{silent:#?}\n{named:#?}\n{explained:#?}")),
    }
}
