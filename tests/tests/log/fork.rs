//! A process that forks: each child writes its lines, and no line is written twice.

use std::fs::OpenOptions;
use std::time::Duration;

use goldsignal::emit::{JsonLayer, LogWriter};
use goldsignal_tests::in_own_process;
use tracing_subscriber::prelude::*;

const PATIENCE: Duration = Duration::from_secs(10);

/// Runs `work` in a child, and waits for its end.
#[expect(unsafe_code, reason = "there is no safe way to fork")]
fn forked(work: impl FnOnce()) {
    // SAFETY: the child takes no lock that another thread may hold: the log's thread waits for lines.
    let child = unsafe { libc::fork() };
    assert!(child >= 0);
    if child == 0 {
        work();
        // SAFETY: ends the process at once; nothing of the parent is torn down in it.
        unsafe { libc::_exit(0) };
    }
    let mut status = 0;
    // SAFETY: `status` is there for as long as the call takes.
    let ended = unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!((ended, status), (child, 0), "the child ends well");
}

#[test]
fn every_child_writes_its_lines() {
    in_own_process(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let sink = OpenOptions::new().append(true).create(true).open(&path).unwrap();
        let writer = LogWriter::new(sink);
        let _log = tracing::subscriber::set_default(
            tracing_subscriber::registry().with(JsonLayer::new(writer.clone())),
        );
        let mut expected = vec!["before".to_owned()];
        tracing::info!("before");
        for child in 0..8 {
            assert!(writer.flush(PATIENCE));
            // The thread waits for lines again.
            std::thread::sleep(Duration::from_millis(50));
            forked(|| {
                tracing::info!("first of child {child}");
                // The child's thread writes the line without a flush.
                std::thread::sleep(Duration::from_millis(200));
                tracing::info!("second of child {child}");
                assert!(writer.flush(PATIENCE));
                assert_eq!(writer.dropped(), 0);
            });
            expected
                .extend([format!("first of child {child}"), format!("second of child {child}")]);
            tracing::info!("after child {child}");
            expected.push(format!("after child {child}"));
        }
        assert!(writer.flush(PATIENCE));
        let text = std::fs::read_to_string(path).unwrap();
        let lines =
            text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let said: Vec<_> = lines.map(|line| line["message"].as_str().unwrap().to_owned()).collect();
        assert_eq!(said, expected);
    });
}
