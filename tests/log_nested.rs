//! A value that logs while it is written. `tracing` guards a thread's own subscriber against that, so only
//! a global one sees it; hence a process of its own.

use std::fmt;
use std::sync::{Arc, Mutex};

use goldsignal::log::{Filter, json};
use tracing_subscriber::prelude::*;

struct Chatty(u8);

impl fmt::Display for Chatty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(less) = self.0.checked_sub(1) {
            tracing::info!(inner = %Chatty(less), "writing {}", self.0);
        }
        write!(f, "chatty {}", self.0)
    }
}

struct Broken(bool);

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half\n")?;
        assert!(!self.0, "broken beyond repair");
        Err(fmt::Error)
    }
}

#[test]
fn nested_lines_are_whole_and_a_panic_leaves_none() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let layer = json(Filter::parse("info").unwrap(), Arc::clone(&lines));
    tracing_subscriber::registry().with(layer).init();

    tracing::info!(value = %Chatty(2), "outer");
    tracing::info!(value = ?Broken(false), "half");
    assert!(std::panic::catch_unwind(|| tracing::info!(value = ?Broken(true), "none")).is_err());
    tracing::info!("after");

    let text = String::from_utf8(lines.lock().unwrap().clone()).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            let value = line.get("inner").or(line.get("value"));
            (line["message"].as_str().unwrap(), value.and_then(|value| value.as_str()))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("writing 1", Some("chatty 0")),
            ("writing 2", Some("chatty 1")),
            ("outer", Some("chatty 2")),
            ("half", Some("half\n")),
            ("after", None),
        ]
    );
}
