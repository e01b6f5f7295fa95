//! Waiting for what happens soon.

use std::thread;
use std::time::{Duration, Instant};

/// How long a test waits for what should happen at once. A busy machine takes its time; only a failure waits as long as this.
pub const PATIENCE: Duration = Duration::from_mins(1);

const PAUSE: Duration = Duration::from_millis(20);

/// Calls `attempt` until it returns something.
///
/// # Panics
/// When it has returned nothing for [`PATIENCE`]; `what` says what did not happen.
#[track_caller]
pub fn wait_for<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(result) = attempt() {
            return result;
        }
        assert!(start.elapsed() < PATIENCE, "waited for {what}");
        thread::sleep(PAUSE);
    }
}

/// The same in asynchronous code.
///
/// # Panics
/// When it has returned nothing for [`PATIENCE`]; `what` says what did not happen.
pub async fn wait_for_async<T>(what: &str, mut attempt: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(result) = attempt().await {
            return result;
        }
        assert!(start.elapsed() < PATIENCE, "waited for {what}");
        tokio::time::sleep(PAUSE).await;
    }
}
