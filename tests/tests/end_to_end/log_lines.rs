//! The log under the load: every line parses, and every request has a closing line with its ids.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::load::Load;

/// Checks all lines.
pub(crate) fn check(lines: &[String], load: &Load) {
    let parsed: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    for line in &parsed {
        check_line(line);
    }
    let mut closing: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for line in parsed.iter().filter(|line| line.get("endpoint").is_some()) {
        closing.entry(line["request_id"].as_str().unwrap()).or_default().push(line);
    }
    assert_eq!(closing.len() as u64, load.sent(), "one id for each request");
    assert!(closing.values().all(|lines| lines.len() == 1), "one closing line for each request");
    check_ids_are_shared(&parsed);
    for (id, trace) in &load.ids {
        let line = closing[id.as_str()][0];
        // No spans are exported: a trace that the caller did not send leads nowhere.
        match trace {
            Some(trace) => assert_eq!(line["trace_id"], **trace, "{line}"),
            None => assert!(line.get("trace_id").is_none(), "{line}"),
        }
    }
    for id in &load.made {
        assert!(closing.contains_key(id.as_str()), "the log knows the id {id}");
    }
    let secrets = ["Task ", "Renamed", "quotes", "\"ada\"", "grace"];
    for secret in secrets {
        assert!(!lines.iter().any(|line| line.contains(secret)), "{secret} must not be logged");
    }
    println!("{} lines of log, all parsed; {} requests", lines.len(), closing.len());
}

/// Each request has a trace of its own here, so all lines of a trace share the request id.
fn check_ids_are_shared(lines: &[Value]) {
    let mut of_trace: BTreeMap<&str, &str> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.get("trace_id").is_some()) {
        let request = line["request_id"].as_str().unwrap_or_else(|| panic!("no id: {line}"));
        let first = *of_trace.entry(line["trace_id"].as_str().unwrap()).or_insert(request);
        assert_eq!(first, request, "one request, one id: {line}");
    }
}

fn check_line(line: &Value) {
    let object = line.as_object().unwrap();
    for name in ["timestamp", "level", "target", "message"] {
        assert!(object.get(name).is_some_and(Value::is_string), "{name}: {line}");
    }
    assert!(object.values().all(|value| !value.is_object() && !value.is_array()), "flat: {line}");
    let timestamp = line["timestamp"].as_str().unwrap();
    assert_eq!((timestamp.len(), timestamp.chars().last()), (27, Some('Z')), "{line}");
    if object.contains_key("endpoint") {
        assert_eq!(object.contains_key("trace_id"), object.contains_key("span_id"), "{line}");
        for name in ["request_id", "outcome", "duration_ms", "status"] {
            assert!(object.contains_key(name), "{name}: {line}");
        }
    }
    if object.contains_key("operation") {
        for name in ["module", "function"] {
            assert!(object.get(name).is_some_and(Value::is_string), "{name}: {line}");
        }
        assert!(object.get("line").is_some_and(Value::is_u64), "{line}");
    }
}
