//! Values that log while they are formatted. This needs the global subscriber: `tracing` disables
//! any other one while an event is dispatched.

use std::fmt;

use goldsignal_tests::{TestLog, in_own_process};
use tracing_subscriber::util::SubscriberInitExt;

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
    in_own_process(|| {
        let log = TestLog::new("info");
        log.subscriber().init();

        assert!(tracing::debug_span!("nobody wants").is_disabled());
        assert!(!tracing::info_span!("in the lines within it").is_disabled());

        tracing::info!(value = %Chatty(2), "outer");
        tracing::info!(value = ?Broken(false), "half");
        assert!(
            std::panic::catch_unwind(|| tracing::info!(value = ?Broken(true), "none")).is_err()
        );
        tracing::info!("after");

        let lines = log.lines();
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
    });
}
