//! Declarations that contradict each other are reported at start with both source lines. They never
//! become two equal series.

use goldsignal::testing::scope;
use goldsignal::{Telemetry, observed};

struct A;
struct B;

#[expect(clippy::unused_self, reason = "two methods of one name")]
impl A {
    #[observed]
    fn get(&self) -> u32 {
        1
    }
}

#[expect(clippy::unused_self, reason = "two methods of one name")]
impl B {
    #[observed]
    fn get(&self) -> Option<u32> {
        None
    }
}

#[test]
fn two_operations_of_one_name() {
    let error = Telemetry::builder("test").build().unwrap_err().to_string();
    let lines: Vec<_> = error.matches("tests/conflicts.rs:").collect();
    assert_eq!(lines.len(), 2, "{error}");
    assert!(error.contains("`conflicts::get`") && error.contains("give one a `name`"), "{error}");

    let scope = scope();
    let _ = (A.get(), B.get());
    let text = scope.registry().encode(goldsignal::expose::Format::Text);
    assert_eq!(text.matches("function_duration_seconds_count{").count(), 1, "{text}");
    scope.assert("function_calls_total", &[("function", "conflicts::get"), ("outcome", "ok")], 2.0);
}
