//! Lines as logfmt, as `go-logfmt` writes it: <https://pkg.go.dev/github.com/go-logfmt/logfmt>.

use super::escape;
use super::members::members;

/// Appends a line.
pub(super) fn push(out: &mut String, line: &str) {
    let start = out.len();
    for member in members(line) {
        if out.len() > start {
            out.push(' ');
        }
        key(out, &member.key);
        out.push('=');
        let text = member.text();
        if !needs_quotes(&text) {
            out.push_str(&text);
        } else if let Some(quoted) = member.quoted() {
            out.push_str(quoted);
        } else {
            // A list, whose names may contain anything.
            out.push_str(&escape::quoted(&text));
        }
    }
    out.push('\n');
}

/// A key without the characters that no key may have.
fn key(out: &mut String, key: &str) {
    let start = out.len();
    out.extend(key.chars().filter(|c| !is_special(*c) && !escape::is_escaped(*c)));
    if out.len() == start {
        out.push('_');
    }
}

fn needs_quotes(text: &str) -> bool {
    // Text that JSON escapes may contain what a terminal obeys.
    text == "null" || text.chars().any(|c| is_special(c) || c == '\\' || escape::is_escaped(c))
}

const fn is_special(c: char) -> bool {
    c <= ' ' || matches!(c, '=' | '"' | char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_what_readers_of_logfmt_would_split() {
        for (json, expected) in [
            (r#"{"a":"plain","n":1.5,"b":true}"#, "a=plain n=1.5 b=true\n"),
            (
                r#"{"a":"two words","b":"x=1","c":"say \"hi\""}"#,
                "a=\"two words\" b=\"x=1\" c=\"say \\\"hi\\\"\"\n",
            ),
            (r#"{"a":"","b":"null","c":"ü/{id}?x"}"#, "a= b=\"null\" c=ü/{id}?x\n"),
            (r#"{"two words":1,"a=\"b\"":2,"\n":3}"#, "twowords=1 ab=2 _=3\n"),
            (
                r#"{"a":"one\ntwo","b":"\u001b[31m","c":"\u202e","d":"\\"}"#,
                "a=\"one\\ntwo\" b=\"\\u001b[31m\" c=\"\\u202e\" d=\"\\\\\"\n",
            ),
            (r#"{"spans":["outer","in ner"],"last":0}"#, "spans=\"outer:in ner\" last=0\n"),
        ] {
            let mut out = String::new();
            push(&mut out, &format!("{json}\n"));
            assert_eq!(out, expected);
        }
    }
}
