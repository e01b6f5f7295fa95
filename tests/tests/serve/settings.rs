//! Settings of serving from code and environment.

use std::time::Duration;

use goldsignal::Telemetry;

#[test]
fn a_header_timeout_of_nothing_is_refused() {
    let builder = Telemetry::builder("x").admin(None).header_read_timeout(Duration::ZERO);
    let refused = builder.build().unwrap_err().to_string();
    assert!(refused.contains("header_read_timeout"), "{refused}");
}

#[test]
fn a_grace_is_any_duration() {
    for grace in [Duration::ZERO, Duration::MAX] {
        assert!(Telemetry::builder("x").admin(None).shutdown_grace(grace).build().is_ok());
    }
}
