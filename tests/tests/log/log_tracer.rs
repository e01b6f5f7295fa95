//! The service has `LogTracer` as its logger: its records are in our log once, and look like those of our own bridge.

use std::time::Duration;

use goldsignal::Telemetry;
use goldsignal::emit::LogWriter;
use goldsignal_tests::{Memory, in_own_process, strict};

#[test]
fn its_records_are_written_once() {
    in_own_process(|| {
        log::set_logger(Box::leak(Box::new(tracing_log::LogTracer::new()))).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
        let memory = Memory::default();
        let builder =
            Telemetry::builder("test").admin(None).log_writer(LogWriter::new(memory.clone()));
        let telemetry = builder.build().unwrap();
        telemetry.install().unwrap();
        log::warn!(target: "theirs", "once");
        log::debug!("not taken");
        assert!(telemetry.log().flush(Duration::from_secs(10)));
        let lines = strict::lines(&memory.0.lock().unwrap());
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!((&line["target"], &line["message"]), (&"theirs".into(), &"once".into()));
        assert_eq!((&line["level"], &line["module"]), (&"WARN".into(), &"log::log_tracer".into()));
    });
}
