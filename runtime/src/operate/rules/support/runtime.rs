//! Alerts on tokio's runtimes: what waits for them, and who makes it wait.

use super::process::share;
use super::{Remedy, SupportAlert, SupportAlertSpec};
use crate::declare::catalog::Catalog;
use crate::declare::series::tokio::{self as series, BLOCKING, TASKS};
use crate::declare::series::{
    BuiltIn, FUNCTION_BUSY, FUNCTION_SLOW_POLLS, HTTP_OLDEST_IN_FLIGHT, HTTP_SLOW_POLLS, label,
};
use crate::operate::facts::Facts;
use crate::operate::links::Dashboard;
use crate::operate::promql::{Expr, Selector, Window, max_by, ratio, sum_by, topk};
use crate::operate::rules::Severity;

/// The time over which rates are taken.
const WINDOW: Window = Window::minutes(5);

/// The time from which something that still waits counts, whatever the average is.
const OVERDUE: u32 = 1;

pub(super) fn alerts(catalog: &Catalog, facts: &Facts) -> Vec<SupportAlert> {
    vec![
        runtime_saturated(facts),
        blocking_pool_full(facts),
        operation_blocks(facts),
        requests_stuck(catalog, facts),
    ]
}

/// The labels of a runtime of an instance.
fn runtime_labels(facts: &Facts) -> Vec<&'static str> {
    instance_and(facts, &[series::label::RUNTIME])
}

fn instance_and(facts: &Facts, labels: &[&'static str]) -> Vec<&'static str> {
    facts.identity().instance_labels().into_iter().chain(labels.iter().copied()).collect()
}

/// The share of their time for which the workers are busy, by runtime.
fn busy(facts: &Facts) -> Expr {
    let busy = facts.select(facts.metric(&series::WORKER_BUSY)).rate(facts.scaled(WINDOW));
    let workers = facts.select(facts.metric(&series::WORKERS));
    ratio(sum_by(runtime_labels(facts), busy), sum_by(runtime_labels(facts), workers))
}

/// How long something waits in a queue on average, in seconds, by runtime.
fn delay(facts: &Facts, queue: &str) -> Expr {
    let delay = || facts.metric(&series::SCHEDULING_DELAY);
    let rate = |metric| {
        let of_queue = facts.select(metric).with(series::label::QUEUE, queue);
        sum_by(runtime_labels(facts), of_queue.rate(facts.scaled(WINDOW)))
    };
    ratio(rate(delay().sum()), rate(delay().count()))
}

/// How long what is in a queue has been waiting, where that is long. A queue that stands still has no average.
fn overdue(facts: &Facts, queue: &str) -> Expr {
    let overdue = facts.select(facts.metric(&series::SCHEDULING_OVERDUE));
    max_by(runtime_labels(facts), overdue.with(series::label::QUEUE, queue)).above(OVERDUE)
}

fn seconds(window: Window) -> Expr {
    Expr::from(window.as_seconds())
}

/// The operations that keep threads busy longest.
fn busiest(facts: &Facts) -> Expr {
    let busy = facts.select(facts.metric(&FUNCTION_BUSY)).rate(facts.scaled(WINDOW));
    topk(5, sum_by([label::FUNCTION, "instance"], busy))
}

fn runtime_saturated(facts: &Facts) -> SupportAlert {
    let late = delay(facts, TASKS).above(seconds(facts.saturation.scheduling_delay));
    // A worker adds the time in which it was busy when it becomes idle. One that never does shows none at all.
    let idle = busy(facts).below(share(facts.saturation.busy_percent)).and(busy(facts).above(0));
    SupportAlertSpec {
        name: "ServiceRuntimeSaturated",
        severity: Severity::Ticket,
        expr: late.unless(idle).or(overdue(facts, TASKS)),
        for_duration: Window::minutes(2),
        summary: "tasks wait for a worker of the runtime",
        description: "A task that could run waits {{ $value | humanizeDuration }} for a worker of the runtime \
                      `{{ $labels.runtime }}` of `{{ $labels.instance }}`."
            .to_owned(),
        dashboard: Dashboard::Saturation,
        meaning: "All workers of the runtime are busy, so whatever becomes ready has to wait: requests, timers, connections.",
        impact: "All requests become slower, also those that need nothing. If the workers hang, nothing is answered.",
        steps: &[
            "Is there an alert `ServiceOperationBlocks`? Handle that one first: it names what blocks the workers.",
            "Is there an alert `ServiceCpuThrottled`, or does the node have no CPU left \
             (`process_pressure_cpu_waiting_seconds_total`)? Then there is too much work: add CPU or instances.",
            "Did it begin with a deployment? Look for a lock, a file, a hash of a password or a long loop in async code, and \
             move it to `spawn_blocking`.",
        ],
        remedy: Remedy::RollBack,
    }
    .build(facts)
    .asking("Which operations keep the workers busy?", busiest(facts))
}

fn blocking_pool_full(facts: &Facts) -> SupportAlert {
    let late = delay(facts, BLOCKING).above(seconds(facts.saturation.blocking_delay));
    SupportAlertSpec {
        name: "ServiceBlockingPoolFull",
        severity: Severity::Ticket,
        expr: late.or(overdue(facts, BLOCKING)),
        for_duration: Window::minutes(2),
        summary: "closures wait for a thread of the blocking pool",
        description: "A closure of `spawn_blocking` waits {{ $value | humanizeDuration }} for a thread of the runtime \
                      `{{ $labels.runtime }}` of `{{ $labels.instance }}`."
            .to_owned(),
        dashboard: Dashboard::Saturation,
        meaning: "All threads of the runtime's blocking pool are in use, 512 unless the program says otherwise.",
        impact: "Requests that use `spawn_blocking`, `tokio::fs` or the resolver of names become slower by the time that they wait.",
        steps: &[
            "What do the threads do? A thread dump of the process tells it (`gdb -p PID -batch -ex 'thread apply all bt'`).",
            "Is a file system or another service slow that blocking code calls? Handle that one first.",
            "Does anything run in the pool that never ends, such as a loop? Give it a thread of its own.",
        ],
        remedy: Remedy::RollBack,
    }
    .build(facts)
    .asking("Threads of each instance:", threads(facts))
}

fn threads(facts: &Facts) -> Expr {
    let threads = facts.metric(&crate::declare::series::process::THREADS);
    sum_by(facts.identity().instance_labels(), facts.select(threads))
}

fn operation_blocks(facts: &Facts) -> SupportAlert {
    let slow = |family: &BuiltIn| {
        let rate = facts.select(facts.metric(family)).rate(facts.scaled(WINDOW));
        let a_minute = seconds(facts.scaled(Window::minutes(1)));
        let allowed = Expr::from(facts.saturation.slow_polls_per_minute);
        sum_by(instance_and(facts, family.labels), rate).times(a_minute).above(allowed)
    };
    SupportAlertSpec {
        name: "ServiceOperationBlocks",
        severity: Severity::Ticket,
        expr: slow(&FUNCTION_SLOW_POLLS).or(slow(&HTTP_SLOW_POLLS)),
        for_duration: Window::minutes(5),
        summary: "an operation blocks the threads of the runtime",
        description: "`{{ with $labels.function }}{{ . }}{{ else }}{{ $labels.method }} {{ $labels.endpoint }}{{ end }}` on \
                      `{{ $labels.instance }}` kept a thread of the runtime longer than its budget, \
                      {{ $value | printf `%.0f` }} times a minute."
            .to_owned(),
        dashboard: Dashboard::Saturation,
        meaning: "Polls of this async function take longer than its budget (10 ms, or its `poll_budget`), without giving the thread back. An endpoint is named where no observed function is to blame: a middleware, an extractor, a handler that is not observed.",
        impact: "All other tasks of the thread wait meanwhile, so unrelated requests become slower.",
        steps: &[
            "The WARN lines of the target `goldsignal::slow_poll` name the function, its source line and how long the poll took.",
            "Look in it for blocking calls: a file, a lock, `std::thread::sleep`, a synchronous client, a hash of a password, \
             much JSON. Move them to `spawn_blocking`, or split the work.",
            "Is the long poll meant? Then state a `poll_budget` for it.",
        ],
        remedy: Remedy::RollBack,
    }
    .build(facts)
    .asking("Which operations keep threads busy?", busiest(facts))
}

fn requests_stuck(catalog: &Catalog, facts: &Facts) -> SupportAlert {
    let by = instance_and(facts, &[label::METHOD, label::ENDPOINT]);
    let oldest = || -> Selector { facts.select(facts.metric(&HTTP_OLDEST_IN_FLIGHT)) };
    let stuck = facts.scaled(facts.stuck_after(catalog));
    SupportAlertSpec {
        name: "ServiceRequestsStuck",
        severity: Severity::Ticket,
        expr: max_by(by.clone(), oldest()).above(seconds(stuck)),
        for_duration: Window::minutes(1),
        summary: "requests hang",
        description: "A request to `{{ $labels.method }} {{ $labels.endpoint }}` on `{{ $labels.instance }}` began \
                      {{ $value | humanizeDuration }} ago and has not ended."
            .to_owned(),
        dashboard: Dashboard::Saturation,
        meaning: "A request has been in flight longer than any objective allows.",
        impact: "Its client waits, or has given up. Others may wait for what the request holds: a lock, a connection.",
        steps: &[
            "`GET /inflight` on the admin listener of the instance shows what it waits for, the oldest first: the innermost \
             call is the place to look at.",
            "Is the same call stuck in many requests? Then what it waits for is down or deadlocked.",
            "Save that answer, then restart the instance if users wait.",
            "Give calls to other services a timeout, so that requests fail instead of hanging.",
        ],
        remedy: Remedy::RollBack,
    }
    .build(facts)
    .asking("Which endpoints?", max_by(by, oldest()).above(seconds(facts.scaled(WINDOW))))
}
