//! Which rules, alerts and panels name a declaration.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::declare::catalog::Catalog;
use crate::operate::facts::Facts;
use crate::operate::indicator::Indicator;
use crate::operate::rules::{self, Rule};
use crate::operate::{Artefact, GENERATORS};

/// A rule, alert or panel: its name, and the text in which declarations are searched.
struct User {
    name: String,
    text: String,
}

/// The users of each family, operation and objective, by its name.
pub(super) fn of(catalog: &Catalog, facts: &Facts) -> BTreeMap<String, Vec<String>> {
    let mut users: Vec<_> =
        rules::groups(catalog, facts).iter().flat_map(|group| &group.rules).map(rule).collect();
    let artefacts = GENERATORS.iter().flat_map(|make| make(catalog, facts));
    artefacts.for_each(|artefact| panels(&artefact, &mut users));
    names(catalog)
        .into_iter()
        .map(|(key, words)| {
            let mut by: Vec<_> = users
                .iter()
                .filter(|user| words.iter().any(|word| contains_name(&user.text, word)))
                .map(|user| user.name.clone())
                .collect();
            by.sort();
            by.dedup();
            (key, by)
        })
        .filter(|(_, by)| !by.is_empty())
        .collect()
}

/// The name of each declaration, with the words by which queries refer to it.
fn names(catalog: &Catalog) -> Vec<(String, Vec<String>)> {
    let families = catalog.families.iter().map(|family| {
        let name = family.name.to_owned();
        let histogram = ["_bucket", "_count", "_sum"].map(|end| format!("{name}{end}"));
        (name.clone(), [name].into_iter().chain(histogram).collect())
    });
    let operations = catalog.operations.iter().map(|one| {
        let words = [one.name].into_iter().chain(one.routes.iter().map(|route| route.path));
        (one.name.to_owned(), words.map(str::to_owned).collect())
    });
    let objectives = catalog.objectives.iter().map(|slo| {
        let indicators = Indicator::of(catalog, slo);
        (slo.name().to_owned(), indicators.into_iter().map(|one| one.name).collect())
    });
    families.chain(operations).chain(objectives).collect()
}

fn rule(rule: &Rule) -> User {
    let (kind, mut text) = match rule {
        Rule::Recording(rule) => ("rule", format!("{} {:?}", rule.expr, rule.labels)),
        Rule::Alert(alert) => {
            ("alert", format!("{} {:?} {:?}", alert.expr, alert.labels, alert.annotations))
        }
    };
    text = plain(&text);
    let of = match rule {
        Rule::Recording(rule) => {
            rule.labels.get("slo").map(|slo| format!(" of {slo}")).unwrap_or_default()
        }
        Rule::Alert(_) => String::new(),
    };
    User { name: format!("{kind} {}{of}", rule.name()), text }
}

/// The panels of a dashboard: objects with a title and queries.
fn panels(artefact: &Artefact, users: &mut Vec<User>) {
    let Ok(document) = serde_json::from_str::<Value>(&artefact.text) else { return };
    let mut left = vec![&document];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(object) => {
                if let (Some(title), Some(targets)) = (object.get("title"), object.get("targets")) {
                    let title = title.as_str().unwrap_or_default();
                    let name = format!("panel \"{title}\" in {}", artefact.path);
                    users.push(User { name, text: plain(&targets.to_string()) });
                }
                left.extend(object.values());
            }
            Value::Array(values) => left.extend(values),
            _ => {}
        }
    }
}

/// Removes the backslashes of regular expressions and quotes, so that names in them are found.
fn plain(text: &str) -> String {
    text.replace('\\', "")
}

/// Whether `word` occurs in `text` as a whole name and not as a part of a longer name or path.
fn contains_name(text: &str, word: &str) -> bool {
    let inside = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '/' | '{')
    };
    text.match_indices(word).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        // A metric is followed by `{`, a path continues with `/`.
        let continues = |character| inside(character) && character != '{';
        !before.is_some_and(inside) && !after.is_some_and(continues)
    })
}

#[cfg(test)]
mod tests {
    use super::contains_name;

    #[test]
    fn finds_whole_names() {
        assert!(contains_name("rate(tasks_total{a=\"b\"}[5m])", "tasks_total"));
        assert!(contains_name("rate(tasks_total[5m])", "tasks_total"));
        assert!(!contains_name("rate(my_tasks_total[5m])", "tasks_total"));
        assert!(!contains_name("tasks_total_more", "tasks_total"));
        assert!(contains_name("endpoint=~\"/a/{b}|/a\"", "/a"));
        assert!(!contains_name("endpoint=~\"/a/{b}\"", "/a"));
        assert!(!contains_name("slo=\"api-latency\"", "api"));
    }
}
