//! The keys of a line: each occurs once, whatever fields are called. However many and however long
//! the values are, the line is written.

use std::sync::OnceLock;

use goldsignal::__private::probes::*;
use goldsignal::__private::verdict::Verdict;
use goldsignal::__private::{FieldProbe, Operation, Site, SourceLocation, begin};
use goldsignal::observed;
use goldsignal_tests::{TestLog, log_lines};
use proptest::prelude::*;
use tracing::callsite::{Callsite, Identifier};
use tracing::field::FieldSet;
use tracing::metadata::Kind;
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata};

/// The lines that `f` logs, where the log is alone and where it is beside another layer.
fn logged(f: impl Fn()) -> [Vec<serde_json::Value>; 2] {
    TestLog::with_each_subscriber("trace", f)
}

/// The keys that a line has by itself, and some other names.
const OWN: &[&str] = &[
    "timestamp",
    "level",
    "target",
    "message",
    "module",
    "function",
    "line",
    "request_id",
    "trace_id",
    "span_id",
    "outcome",
    "duration_ms",
    "error_type",
    "method",
    "endpoint",
    "status",
    "operation",
    "head_ms",
    "request_bytes",
    "response_bytes",
    "suppressed",
    "dropped_fields",
    "spans",
    "error",
    "type",
    "a",
];

fn name() -> impl Strategy<Value = String> {
    let prefix =
        prop::sample::select(vec!["", "", "field.", "field.field.", "r#", "r#field.", "field.r#"]);
    let own = prop::sample::select(OWN.to_vec());
    prop_oneof![
        4 => (prefix, own).prop_map(|(prefix, own)| format!("{prefix}{own}")),
        1 => "[a-c]{1,2}",
        1 => ".{0,6}",
    ]
}

/// The key of a field, by the documented rule.
fn written(name: &str, own: impl Fn(&str) -> bool) -> String {
    let name = name.strip_prefix("r#").unwrap_or(name);
    if own(name) { format!("field.{name}") } else { name.to_owned() }
}

/// A callsite, as `tracing`'s macros make them.
struct Made(OnceLock<Metadata<'static>>);

impl Made {
    fn leak(names: &[String], kind: Kind) -> &'static Metadata<'static> {
        let names: Vec<&'static str> = names.iter().map(|name| &*name.clone().leak()).collect();
        let made: &'static Self = Box::leak(Box::new(Self(OnceLock::new())));
        let fields = FieldSet::new(names.leak(), Identifier(made));
        let metadata =
            Metadata::new("made", "keys", Level::INFO, None, Some(7), Some("keys"), fields, kind);
        let metadata = made.0.get_or_init(|| metadata);
        tracing::callsite::register(made);
        metadata
    }
}

impl Callsite for Made {
    fn set_interest(&self, _: Interest) {}

    fn metadata(&self) -> &Metadata<'_> {
        self.0.get().unwrap()
    }
}

fn emit(names: &[String]) {
    let metadata = Made::leak(names, Kind::EVENT);
    let numbers: Vec<u64> = (0..names.len() as u64).collect();
    let values: Vec<Option<&dyn tracing::Value>> =
        numbers.iter().map(|number| Some(number as &dyn tracing::Value)).collect();
    Event::dispatch(metadata, &metadata.fields().value_set_all(&values));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_event_names_each_field_once(names in prop::collection::vec(name(), 0..12)) {
        for lines in logged(|| emit(&names)) {
            let [line] = &lines[..] else { panic!("{lines:?}") };
            let own = |name: &str| OWN[..10].contains(&name) || ["spans", "dropped_fields"].contains(&name);
            let message = names.iter().position(|name| name == "message");
            for (number, name) in names.iter().enumerate().filter(|(number, _)| Some(*number) != message) {
                let key = written(name, own);
                // Of two that are called the same the later stays.
                let last = names.iter().enumerate().rfind(|(other, name)| {
                    Some(*other) != message && written(name, own) == key
                });
                if last.map(|(last, _)| last) == Some(number) {
                    prop_assert_eq!(&line[&key], number, "{} in {}", key, line);
                }
            }
            let text = message.map(|number| number.to_string());
            prop_assert_eq!(line["message"].as_str(), text.as_deref());
            prop_assert_eq!(&line["level"], "INFO");
            prop_assert_eq!(&line["line"], 7);
        }
    }

    #[test]
    fn a_closing_event_names_each_field_once(
        declared in prop::collection::vec(name(), 0..8),
        late in prop::collection::vec(name(), 0..4),
    ) {
        let leak = |name: &String| -> &'static str { name.clone().leak() };
        let [declared, late] = [declared, late].map(|names| names.iter().map(leak).collect::<Vec<_>>());
        let place = SourceLocation::new("keys.rs", 7, "keys");
        let operation = Operation::new("keys::made", place).fields(declared.clone().leak());
        let site: &'static Site = Box::leak(Box::new(Site::new(operation)));
        let call = || {
            let mut begun = begin(site);
            for (number, name) in declared.iter().enumerate() {
                begun = begun.field(name, (&&FieldProbe(&(number as u64))).plain());
            }
            begun.call(|| {}, |(), mut captures| {
                for name in &late {
                    goldsignal::current().record(name, "late");
                    captures = captures.field(name, (&&FieldProbe(&true)).plain());
                }
                Verdict::OK
            });
        };
        for lines in logged(call) {
            let [line] = &lines[..] else { panic!("{lines:?}") };
            let own = |name: &str| OWN[..23].contains(&name);
            for (number, name) in declared.iter().enumerate() {
                let key = written(name, own);
                let later = declared[number + 1..].iter().chain(&late);
                if !later.into_iter().any(|later| written(later, own) == key) {
                    prop_assert_eq!(&line[&key], number, "{} in {}", key, line);
                }
            }
            for name in &late {
                prop_assert_eq!(&line[&written(name, own)], "late");
            }
            prop_assert_eq!(&line["message"], "made ok");
            prop_assert_eq!(&line["operation"], "keys::made");
        }
    }
}

#[test]
fn of_two_messages_one_is_a_field() {
    for lines in logged(|| tracing::info!(message = "field", "text")) {
        assert_eq!(
            (&lines[0]["message"], &lines[0]["field.message"]),
            (&"text".into(), &"field".into())
        );
    }
}

/// More than a queue of the log holds: an escaped character takes six bytes.
const LONG: usize = 360_000;

#[observed(fields(first = text, second = %text, third = ?text))]
fn receive(text: &str) -> Result<(), String> {
    goldsignal::current().record("late", text.to_owned());
    Err(text.to_owned())
}

#[test]
fn no_value_is_too_long_for_its_line() {
    for character in ["x", "ä", "\u{1}", "\"", "\u{2028}"] {
        let text = character.repeat(LONG / character.len());
        let lines = logged(|| {
            assert!(receive(&text).is_err());
            tracing::info!(text, shown = %text, debug = ?text, "{text}");
        });
        for lines in lines {
            let [closing, event] = &lines[..] else { panic!("{} lines", lines.len()) };
            assert_eq!(closing["message"], "receive error");
            for value in ["first", "second", "late", "error"]
                .map(|key| &closing[key])
                .into_iter()
                .chain(["text", "shown", "message"].map(|key| &event[key]))
            {
                let value = value.as_str().unwrap();
                let kept = value.strip_suffix("…[cut, 360000 bytes]").unwrap();
                assert!(text.starts_with(kept) && kept.len() > 600, "{} bytes", kept.len());
            }
            for value in [&closing["third"], &event["debug"]] {
                assert!(value.as_str().unwrap().contains("…[cut, "));
            }
            let len = closing.to_string().len().max(event.to_string().len());
            assert!(len < 5 * 4400 + 1000, "{len} bytes");
        }
    }
}

#[test]
fn neither_are_they_too_many() {
    #[observed]
    fn many(names: &[&'static str]) -> Result<(), &'static str> {
        for name in names {
            goldsignal::current().record(name, "\u{1}".repeat(5000));
        }
        Err("what went wrong")
    }
    let names: Vec<&'static str> = (0..1000).map(|number| &*format!("n{number}").leak()).collect();
    for lines in logged(|| assert!(many(&names).is_err())) {
        let [line] = &lines[..] else { panic!("{} lines", lines.len()) };
        assert_eq!(line["error"], "what went wrong");
        let kept = line.as_object().unwrap().keys().filter(|key| key.starts_with('n')).count();
        assert!(kept >= 10, "{kept}");
        assert_eq!(line["dropped_fields"].as_u64(), Some(1000 - kept as u64));
        assert!(line.to_string().len() < 70_000);
    }
    let names: Vec<String> = (0..30).map(|number| format!("n{number}")).collect();
    let metadata = Made::leak(&names, Kind::EVENT);
    let long = "\u{1}".repeat(5000);
    let values = vec![Some(&long as &dyn tracing::Value); 30];
    for lines in logged(|| Event::dispatch(metadata, &metadata.fields().value_set_all(&values))) {
        let [line] = &lines[..] else { panic!("{} lines", lines.len()) };
        let kept = line.as_object().unwrap().keys().filter(|key| key.starts_with('n')).count();
        assert!(kept >= 10, "{kept}");
        assert_eq!(line["dropped_fields"].as_u64(), Some(30 - kept as u64));
    }
}

#[test]
fn a_key_twice_is_refused() {
    assert_eq!(log_lines::parse("{\"a\":1}\n")[0]["a"], 1);
    assert!(std::panic::catch_unwind(|| log_lines::parse("{\"a\":1,\"a\":1}\n")).is_err());
}
