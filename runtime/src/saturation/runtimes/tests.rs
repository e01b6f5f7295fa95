use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use super::*;
use crate::testing::{Scope, scope};

fn runtime(workers: usize) -> Runtime {
    // Without timers, which a runtime need not have.
    Builder::new_multi_thread().worker_threads(workers).max_blocking_threads(1).build().unwrap()
}

fn watching(scope: &Scope, name: &str, runtime: &Runtime) -> Arc<Runtimes> {
    let runtimes = Arc::<Runtimes>::default();
    scope.registry().attach(Arc::clone(&runtimes) as _);
    runtimes.watch(name, runtime.handle().clone());
    runtimes
}

/// Waits until `is_so`.
#[track_caller]
fn wait(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_runtime_is_told_by_its_name() {
    let (scope, runtime) = (scope(), runtime(2));
    let _runtimes = watching(&scope, "jobs", &runtime);
    let jobs = [("runtime", "jobs")];
    scope.assert("tokio_workers", &jobs, 2.0);
    wait("a heartbeat", || {
        ["tasks", "blocking"].iter().all(|queue| {
            let labels = [("runtime", "jobs"), ("queue", *queue)];
            scope.value("tokio_scheduling_delay_seconds_count", &labels) > Some(0.0)
        })
    });
    let tasks: Vec<_> = (0..5).map(|_| runtime.spawn(std::future::pending::<()>())).collect();
    wait("tasks", || scope.value("tokio_alive_tasks", &jobs) == Some(5.0));
    drop(tasks);
    runtime.spawn(async { thread::sleep(Duration::from_millis(30)) });
    let busy = || scope.value("tokio_worker_busy_seconds_total", &jobs).unwrap();
    wait("a busy worker", || busy() > 0.025);
    assert!(scope.value("tokio_worker_busy_seconds_total", &[("worker", "1")]).is_some());
    assert!(scope.value("tokio_global_queue_depth", &jobs).is_some());
}

#[test]
fn a_blocked_runtime_delays_the_heartbeat_of_that_queue_alone() {
    let (scope, runtime) = (scope(), runtime(1));
    let _runtimes = watching(&scope, "main", &runtime);
    let of = |name: &str, queue| scope.value(name, &[("queue", queue)]).unwrap();
    let overdue = |queue| of("tokio_scheduling_overdue_seconds", queue);
    let sum = |queue| of("tokio_scheduling_delay_seconds_sum", queue);
    wait("a heartbeat", || of("tokio_scheduling_delay_seconds_count", "blocking") > 0.0);

    // Blocked until it was seen: scrapes take long on an emulated processor.
    let (release, blocked) = mpsc::channel::<()>();
    runtime.spawn(async move { blocked.recv() });
    wait("a late task alone", || overdue("blocking") < 0.15 && overdue("tasks") > 0.15);
    drop(release);
    wait("the delay", || sum("tasks") > 0.15);
    wait("no delay", || overdue("tasks") < 0.05);

    let (release, blocked) = mpsc::channel::<()>();
    runtime.spawn_blocking(move || blocked.recv());
    wait("a late closure alone", || overdue("tasks") < 0.15 && overdue("blocking") > 0.15);
    drop(release);
    wait("the delay", || sum("blocking") > 0.15);
}

#[test]
fn series_end_with_the_runtime_and_a_name_is_replaced() {
    let (scope, first) = (scope(), runtime(1));
    let runtimes = watching(&scope, "jobs", &first);
    let second = runtime(3);
    runtimes.watch("jobs", second.handle().clone());
    scope.assert("tokio_workers", &[], 3.0);
    drop(second);
    wait("the end", || scope.value("tokio_workers", &[]).is_none());
    assert!(!runtimes.has("jobs"));
    // The thread has ended, and begins again.
    runtimes.watch("jobs", first.handle().clone());
    wait("a heartbeat", || scope.value("tokio_scheduling_delay_seconds_count", &[]) > Some(1.0));
    runtimes.clear();
    assert!(scope.value("tokio_workers", &[]).is_none());
}

#[test]
fn names_are_bounded() {
    let (scope, runtime) = (scope(), runtime(1));
    let runtimes = watching(&scope, "0", &runtime);
    for number in 1..=MOST + 2 {
        runtimes.watch(&number.to_string(), runtime.handle().clone());
    }
    assert_eq!(runtimes.watched().len(), MOST);
    scope.assert_event("no more runtimes are watched", &[("runtime", "16")]);
}
