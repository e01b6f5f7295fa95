//! The runtimes of tokio that the service has.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::Telemetry;

/// The name of the runtime in which the service is installed or served.
const MAIN: &str = "main";

impl Telemetry {
    /// Exposes how busy a runtime of tokio is, as `tokio_*` with this name as the label `runtime`: its workers, its tasks,
    /// and how long a task, or a closure for the blocking pool, waits until it starts. It replaces another runtime of this
    /// name. There may be 16.
    ///
    /// [`install`](Self::install) and `serve` do this for the runtime that they are called in, as `main`, unless there is
    /// one of this name.
    ///
    /// The counts are read at the scrape. For the delays, a thread spawns a task in each runtime ten times a second, and a
    /// closure once a second; together they take a ten-thousandth of a core. This ends, and the series end, when the
    /// runtime is shut down or this telemetry is dropped.
    ///
    /// ```
    /// use goldsignal::Telemetry;
    ///
    /// let jobs = tokio::runtime::Runtime::new()?;
    /// let telemetry = Telemetry::builder("shop").build()?;
    /// telemetry.runtime("jobs", jobs.handle().clone());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn runtime(&self, name: &str, handle: Handle) {
        self.registry().attach(Arc::clone(&self.0.runtimes) as _);
        self.0.runtimes.watch(name, handle);
    }

    /// Exposes the runtime that this is called in, if it is called in one and `main` is no other.
    pub(super) fn watch_main_runtime(&self) {
        if let (Ok(handle), false) = (Handle::try_current(), self.0.runtimes.has(MAIN)) {
            self.runtime(MAIN, handle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_runtime_of_the_service_is_main_unless_another_one_is() {
        let scope = crate::testing::scope();
        let telemetry = Telemetry::builder("shop").build().unwrap();
        telemetry.watch_main_runtime();
        scope.assert("tokio_workers", &[("runtime", "main")], 1.0);
        drop(telemetry);
        assert_eq!(scope.value("tokio_workers", &[]), None);

        let scope = crate::testing::scope();
        let telemetry = Telemetry::builder("shop").build().unwrap();
        let other = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        telemetry.runtime(MAIN, other.handle().clone());
        telemetry.watch_main_runtime();
        scope.assert("tokio_workers", &[("runtime", "main")], 2.0);
        other.shutdown_background();
    }

    #[test]
    fn without_a_runtime_there_is_no_series() {
        let scope = crate::testing::scope();
        Telemetry::builder("shop").build().unwrap().watch_main_runtime();
        assert_eq!(scope.value("tokio_workers", &[]), None);
    }
}
