//! A service whose logger is `LogTracer`: its records are logged once, in the same form as those of
//! our own bridge.

use goldsignal_tests::{TestLog, in_own_process};

#[test]
fn its_records_are_written_once() {
    in_own_process(|| {
        log::set_logger(Box::leak(Box::new(tracing_log::LogTracer::new()))).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
        let test_log = TestLog::new("info");
        test_log.telemetry.install().unwrap();
        log::warn!(target: "theirs", "once");
        log::debug!("not taken");
        let lines = test_log.lines();
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!((&line["target"], &line["message"]), (&"theirs".into(), &"once".into()));
        assert_eq!((&line["level"], &line["module"]), (&"WARN".into(), &"log::log_tracer".into()));
    });
}
