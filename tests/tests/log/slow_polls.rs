//! The warning of a function that blocks its thread: what it says, and how often.

use std::thread;
use std::time::Duration;

use goldsignal::observed;
use goldsignal_tests::TestLog;
use serde_json::Value;
use tracing::dispatcher;

#[observed(poll_budget = "2ms")]
async fn blocks() {
    thread::sleep(Duration::from_millis(5));
}

#[test]
fn one_warning_in_ten_seconds_names_the_function_and_its_line() {
    let log = TestLog::new("info");
    dispatcher::with_default(&log.subscriber(), || {
        for _ in 0..5 {
            futures::executor::block_on(blocks());
        }
    });
    let text = log.text();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let (warnings, closing): (Vec<_>, Vec<_>) =
        lines.partition(|line| line["target"] == "goldsignal::slow_poll");
    let [warning] = &warnings[..] else { panic!("{warnings:#?}") };
    assert_eq!(
        (&warning["level"], &warning["blocking"]),
        (&"WARN".into(), &"log::slow_polls::blocks".into())
    );
    assert!(warning["location"].as_str().unwrap().ends_with("log/slow_polls.rs:11"), "{warning}");
    assert!(warning["poll_ms"].as_f64().unwrap() >= 5.0, "{warning}");
    assert_eq!(closing.len(), 5);
    for line in closing {
        let number = |name: &str| line[name].as_f64().unwrap();
        assert!(number("longest_poll_ms") >= 5.0 && number("busy_ms") >= number("longest_poll_ms"));
    }
}
