//! The grammar of path templates in axum 0.8, and what other frameworks write instead.

use std::fmt::Write;

/// Checks a path template.
///
/// # Errors
/// What is wrong with it, and what to write instead.
pub(crate) fn validate(path: &str) -> Result<(), String> {
    check_beginning(path)?;
    check_characters(path)?;
    let mut names: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path[1..].split('/').collect();
    for (number, segment) in segments.iter().enumerate() {
        let last = number + 1 == segments.len();
        if segment.is_empty() && !last {
            let single = single_slashes(path);
            return Err(format!("a route cannot contain an empty segment; write `{single}`"));
        }
        let Some(name) = parameter(segment, last)? else { continue };
        if names.contains(&name) {
            return Err(format!("the parameter `{{{name}}}` is named twice; rename one"));
        }
        names.push(name);
    }
    Ok(())
}

/// The names of the parameters of a valid template.
pub(crate) fn parameter_names(path: &str) -> Vec<&str> {
    path.split('/').filter_map(|segment| parameter(segment, true).ok().flatten()).collect()
}

fn check_beginning(path: &str) -> Result<(), String> {
    if let Some((scheme, rest)) = path.split_once("://") {
        let at = rest.find('/').unwrap_or(rest.len());
        let (host, path) = (&rest[..at], if at == rest.len() { "/" } else { &rest[at..] });
        return Err(format!("a route is a path, without `{scheme}://{host}`: write `{path}`"));
    }
    if path.starts_with('/') {
        return Ok(());
    }
    if path.trim().starts_with('/') {
        return Err(format!("a route begins with its slash: write `{}`", path.trim()));
    }
    if let Some((method, rest)) = path.split_once(' ').filter(|(_, rest)| rest.starts_with('/')) {
        let methods = method.to_lowercase();
        let methods = methods.split([',', '|', '/']).filter(|method| !method.is_empty());
        let options: Vec<_> = methods.map(|method| format!("{method} = \"{rest}\"")).collect();
        let options = options.join(", ");
        return Err(format!("the method is the name of the option: write `{options}`"));
    }
    let path = path.replace('\\', "/");
    let path = path.trim_start_matches(|first: char| first == '/' || first.is_whitespace());
    Err(format!("a route must begin with a slash: write `/{path}`"))
}

/// Refuses what other frameworks write in braces, before the characters in it are.
fn check_typed_parameters(path: &str) -> Result<(), String> {
    let mut inside = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let Some((name, _)) = inside.find_map(|name| name.split_once([':', '='])) else {
        return Ok(());
    };
    let name = name.trim();
    Err(format!(
        "a parameter has only a name: write `{{{name}}}`; the extractor checks its value: `Path<u64>`"
    ))
}

/// Whether `path` ends in a parameter of axum or of other frameworks.
fn follows_parameter(path: &str) -> bool {
    path.ends_with('}') || path.rsplit('/').next().is_some_and(|last| last.starts_with(':'))
}

/// Refuses braces that are percent-encoded: only a request that sends them so would match.
fn check_encoded_braces(path: &str) -> Result<(), String> {
    let plain =
        path.replace("%7B", "{").replace("%7b", "{").replace("%7D", "}").replace("%7d", "}");
    if plain == path {
        return Ok(());
    }
    Err(format!("braces are written as they are: write `{plain}`"))
}

fn check_characters(path: &str) -> Result<(), String> {
    check_encoded_braces(path)?;
    check_typed_parameters(path)?;
    let is_odd = |c: &char| c.is_whitespace() || c.is_control() || "#\\".contains(*c);
    if let Some(odd) = path.chars().find(is_odd) {
        return Err(if odd == '\\' && !path.contains('{') {
            "a route cannot contain a backslash; segments are separated by `/`".to_owned()
        } else if odd == '\\' {
            regular_expression()
        } else {
            format!("a route cannot contain {odd:?}: it is a path without a query; remove it")
        });
    }
    // A `?` inside of braces is reported with the parameter.
    let mut depth = 0_usize;
    for (at, c) in path.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '?' if path[..at].ends_with('(') => return Err(regular_expression()),
            '?' if depth == 0 && follows_parameter(&path[..at]) => return Err(optional()),
            '?' if depth == 0 => {
                return Err(format!(
                    "a route has no query: write `{}`; an extractor of the handler takes the query",
                    &path[..at]
                ));
            }
            _ => {}
        }
    }
    if let Some(foreign) = path.chars().find(|c| !c.is_ascii()) {
        let mut bytes = [0; 4];
        let mut encoded = String::new();
        for byte in foreign.encode_utf8(&mut bytes).bytes() {
            // Writing to a `String` cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        return Err(format!(
            "clients send `{foreign}` percent-encoded, so this route would never match; write `{encoded}`"
        ));
    }
    Ok(())
}

/// The name of the parameter in a segment, if it has one.
fn parameter(segment: &str, last: bool) -> Result<Option<&str>, String> {
    check_foreign_syntax(segment)?;
    // `{{` and `}}` are escapes for the characters `{` and `}`.
    let plain = segment.replace("{{", "  ").replace("}}", "  ");
    let (opening, closing) = (plain.matches('{').count(), plain.matches('}').count());
    if opening != closing {
        return Err(format!(
            "unbalanced brace in `{segment}`; write `{{{{` or `}}}}` for the character"
        ));
    }
    if opening == 0 {
        return Ok(None);
    }
    let (Some(from), Some(to)) = (plain.find('{'), plain.rfind('}')) else { return Ok(None) };
    if opening > 1 || to < from {
        return Err(format!(
            "`{segment}` has more than one parameter; a segment can have only one"
        ));
    }
    let (prefix, name, suffix) = (&segment[..from], &segment[from + 1..to], &segment[to + 1..]);
    let wildcard = name.strip_prefix('*');
    let bare = wildcard.unwrap_or(name);
    check_name(name, bare)?;
    if !suffix.is_empty() {
        return Err(format!(
            "a parameter ends its segment: write `{prefix}{{{name}}}`, and remove `{suffix}` from the value in the \
             handler"
        ));
    }
    if wildcard.is_some() && !last {
        return Err(format!("the wildcard `{{{name}}}` must be the last segment"));
    }
    Ok(Some(bare))
}

/// Checks the text in braces.
fn check_name(name: &str, bare: &str) -> Result<(), String> {
    if bare.is_empty() {
        let example = if name.is_empty() { "{id}" } else { "{*path}" };
        return Err(format!("a parameter needs a name: `{example}`"));
    }
    if let Some(name) = bare.strip_suffix('*').or_else(|| bare.strip_suffix("...")) {
        return Err(format!("axum 0.8 writes wildcards as `{{*{name}}}`, not as `{{{bare}}}`"));
    }
    if let Some(name) = bare.strip_prefix("...") {
        return Err(format!("axum 0.8 writes wildcards as `{{*{name}}}`, not as `{{{bare}}}`"));
    }
    if bare.ends_with('?') {
        return Err(optional());
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if let Some(odd) = bare.chars().find(|c| !fits(*c)) {
        return Err(format!(
            "the name of a parameter cannot contain {odd:?}: use letters, digits and `_`, such as `{{id}}`"
        ));
    }
    Ok(())
}

/// Refuses the parameters of other frameworks.
fn check_foreign_syntax(segment: &str) -> Result<(), String> {
    let written = |write: String, wildcard: bool| {
        let what = if wildcard { "wildcards" } else { "parameters" };
        Err(format!("axum 0.8 writes {what} in braces: `{write}` instead of `{segment}`"))
    };
    if let Some(name) = segment.strip_prefix(':') {
        if name.contains('(') {
            return Err(regular_expression());
        }
        return match name.strip_suffix('*').or_else(|| name.strip_suffix('+')) {
            Some(name) => written(format!("{{*{name}}}"), true),
            None => written(format!("{{{name}}}"), false),
        };
    }
    if let Some(name) = segment.strip_prefix('*') {
        let name = if name.is_empty() || name == "*" { "path" } else { name };
        return written(format!("{{*{name}}}"), true);
    }
    if segment.contains("${") {
        return written(segment.replace("${", "{"), false);
    }
    let enclosed = |open, close| segment.strip_prefix(open)?.strip_suffix(close);
    if let Some(name) = enclosed('<', '>').or_else(|| enclosed('[', ']')) {
        let name = name.trim_matches(['[', ']']);
        if let Some(rest) = name.strip_suffix("..").or_else(|| name.strip_prefix("...")) {
            return written(format!("{{*{rest}}}"), true);
        }
        if let Some(rest) = name.strip_prefix("path:") {
            return written(format!("{{*{rest}}}"), true);
        }
        let name = name.rsplit(':').next().unwrap_or(name);
        return written(format!("{{{name}}}"), false);
    }
    let is_pattern = ["(?", "([", "(\\", "[0-9", ".*"].iter().any(|part| segment.contains(part));
    if is_pattern || segment.starts_with('^') || segment.ends_with('$') {
        return Err(regular_expression());
    }
    if segment.contains(['<', '>']) {
        return Err(format!("axum 0.8 writes parameters in braces, as `{{id}}`: see `{segment}`"));
    }
    Ok(())
}

fn optional() -> String {
    "axum has no optional parameters; give the function two routes: `get = \"/items\", get = \"/items/{id}\"`"
        .to_owned()
}

fn regular_expression() -> String {
    "a route has no regular expressions: write `{id}`; the extractor checks the value: `Path<u64>`"
        .to_owned()
}

/// The path with one slash in place of several.
fn single_slashes(path: &str) -> String {
    let mut single = String::new();
    for c in path.chars() {
        if c != '/' || !single.ends_with('/') {
            single.push(c);
        }
    }
    single
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_axum_routes() {
        for path in [
            "/",
            "/a",
            "/a/",
            "/a/{b}/c/{d}",
            "/{*rest}",
            "/a{{b}}",
            "/file-{name}",
            "/a/{user-id}",
            "/~user/@me/a:b",
            "/.well-known/x.json",
            "/a%20b",
            "/v1,v2;x=1",
            "/$metadata/users(1)",
        ] {
            assert_eq!(validate(path), Ok(()), "{path}");
        }
        assert_eq!(parameter_names("/a/{b}/f-{c}/{{d}}/{*e}"), ["b", "c", "e"]);
    }

    #[test]
    fn refuses_with_a_remedy() {
        for (path, part) in [
            ("a", "write `/a`"),
            ("", "write `/`"),
            ("https://example.com/a/{b}", "write `/a/{b}`"),
            ("/:id", "`{id}` instead of `:id`"),
            ("/:id?", "no optional parameters"),
            ("/*rest", "`{*rest}` instead"),
            ("/*", "`{*path}` instead"),
            ("/**", "`{*path}` instead"),
            ("/<id>", "`{id}` instead of `<id>`"),
            ("/<int:id>", "`{id}` instead"),
            ("/<path..>", "`{*path}` instead"),
            ("/[id]", "`{id}` instead"),
            ("/[...path]", "`{*path}` instead"),
            ("/user-<id>", "in braces"),
            ("/(?P<id>[0-9]+)", "no regular expressions"),
            ("/{id:[0-9]+}", "write `{id}`"),
            ("/{id:\\d+}", "write `{id}`"),
            ("/{id: u32}", "write `{id}`"),
            ("GET /a", "write `get = \"/a\"`"),
            ("/{id:u32}", "write `{id}`"),
            ("/{id=1}", "write `{id}`"),
            ("/{path*}", "`{*path}`, not as"),
            ("/{path...}", "`{*path}`, not as"),
            ("/{id?}", "no optional parameters"),
            ("/{id}?", "no optional parameters"),
            ("/user-{id}.json", "write `user-{id}`, and remove `.json`"),
            ("/{*path}.json", "write `{*path}`"),
            ("/{ id }", "cannot contain ' '"),
            ("/{id", "unbalanced"),
            ("/{a}/{a}", "named twice"),
            ("/{a}{b}", "more than one"),
            ("/{}", "needs a name"),
            ("/{*}", "`{*path}`"),
            ("/{*a}/b", "must be the last"),
            ("/a?b=1", "write `/a`"),
            ("/a#b", "remove it"),
            ("/a b", "remove it"),
            ("/a//b", "write `/a/b`"),
            ("//", "write `/`"),
            ("/größe", "write `%C3%B6`"),
            ("/a\\b", "separated by `/`"),
        ] {
            let message = validate(path).unwrap_err();
            assert!(message.contains(part), "{path}: {message}");
        }
    }
}
