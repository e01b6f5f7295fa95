//! Scopes in a program that has installed a global subscriber.

use goldsignal::observed;
use goldsignal::testing::scope;
use goldsignal_tests::{LogBuffer, in_own_process};

#[observed]
fn work() {
    tracing::info!("working");
}

#[test]
fn events_of_every_thread_are_captured_and_reach_the_subscriber_too() {
    in_own_process(|| {
        let lines = LogBuffer::default();
        let writer = lines.clone();
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).init();

        let scope = scope();
        tracing::info_span!("outer").in_scope(work);
        let handle = scope.handle();
        std::thread::spawn(move || handle.in_scope(work)).join().unwrap();

        let told: Vec<_> = scope.events().into_iter().map(|event| event.message).collect();
        assert_eq!(told, ["working", "work ok", "working", "work ok"]);
        let text = lines.text();
        assert_eq!(text.lines().filter(|line| line.ends_with("working")).count(), 2, "{text}");
        assert_eq!(text.lines().filter(|line| line.contains("outer:")).count(), 2, "{text}");
    });
}
