//! How much of what is limited is in use: memory, descriptors, CPU, runtimes; and who uses it.

use super::model::Panel;
use super::panel::time_series;
use super::requests::{chosen, quantile_by, rate_by};
use crate::declare::catalog::Catalog;
use crate::declare::series::BuiltIn;
use crate::declare::series::tokio::{self, TASKS};
use crate::declare::series::{
    FUNCTION_BUSY, FUNCTION_SLOW_POLLS, HTTP_OLDEST_IN_FLIGHT, HTTP_SLOW_POLLS, label, process,
};
use crate::operate::facts::Facts;
use crate::operate::promql::{Expr, Selector, max, max_by, ratio, sum_by};

const INSTANCE: &str = "instance";
const LEGEND: &str = "{{instance}}";
const OF_RUNTIME: [&str; 2] = [INSTANCE, tokio::label::RUNTIME];

pub(super) fn panels(catalog: &Catalog, facts: &Facts) -> Vec<Panel> {
    let mut panels = memory(facts);
    panels.extend(cpu(facts));
    panels.extend(others(facts));
    panels.extend(runtimes(facts));
    panels.extend(operations(catalog, facts));
    panels
}

fn gauge(facts: &Facts, family: &BuiltIn) -> Expr {
    sum_by([INSTANCE], chosen(facts, facts.metric(family)))
}

fn rate(facts: &Facts, family: &BuiltIn) -> Expr {
    rate_by(&[INSTANCE], chosen(facts, facts.metric(family)))
}

fn share(percent: u32) -> f64 {
    f64::from(percent) / 100.0
}

fn memory(facts: &Facts) -> Vec<Panel> {
    let used = || gauge(facts, &process::MEMORY_WORKING_SET);
    vec![
        time_series(
            "Memory of the limit",
            "The share of its memory limit that the container uses, without cache that can be dropped. At 100 % the kernel kills it. Nothing is shown without a limit.",
            "percentunit",
        )
        .unit_interval()
        .red_above(Some(share(facts.saturation.memory_percent)))
        .query(&ratio(used(), gauge(facts, &process::MEMORY_LIMIT)), LEGEND),
        time_series(
            "Memory",
            "What the container uses without cache that can be dropped, and what the process itself has in memory.",
            "bytes",
        )
        .query(&used(), "container {{instance}}")
        .query(&gauge(facts, &process::RESIDENT_MEMORY), "process {{instance}}")
        .limit(&max(chosen(facts, facts.metric(&process::MEMORY_LIMIT))), "limit"),
    ]
}

fn cpu(facts: &Facts) -> Vec<Panel> {
    let throttled =
        ratio(rate(facts, &process::CPU_THROTTLED_PERIODS), rate(facts, &process::CPU_PERIODS));
    vec![
        time_series("CPU", "CPU cores that each process uses. The line is the quota.", "short")
            .query(&rate(facts, &process::CPU_SECONDS), LEGEND)
            .limit(&max(chosen(facts, facts.metric(&process::CPU_QUOTA))), "quota"),
        time_series(
            "CPU throttled",
            "The share of the periods of the CPU quota in which it was used up. Nothing is shown without a quota.",
            "percentunit",
        )
        .unit_interval()
        .red_above(Some(share(facts.saturation.throttled_percent)))
        .query(&throttled, LEGEND),
    ]
}

fn others(facts: &Facts) -> Vec<Panel> {
    let pressure = time_series(
        "Pressure",
        "The share of the time in which threads could not run, because they waited for a CPU, for memory or for disks.",
        "percentunit",
    );
    let waiting = [
        (&process::PRESSURE_CPU_WAITING, "CPU {{instance}}"),
        (&process::PRESSURE_MEMORY_WAITING, "memory {{instance}}"),
        (&process::PRESSURE_IO_WAITING, "disks {{instance}}"),
    ];
    vec![
        time_series(
            "Descriptors of the limit",
            "The share of the file descriptors that the process may open that are open. Without a free one no connection is accepted.",
            "percentunit",
        )
        .unit_interval()
        .red_above(Some(share(facts.saturation.descriptors_percent)))
        .query(&ratio(gauge(facts, &process::OPEN_FDS), gauge(facts, &process::MAX_FDS)), LEGEND),
        waiting.iter().fold(pressure, |panel, (family, legend)| {
            panel.query(&rate(facts, family), legend)
        }),
        time_series("Threads", "Threads of each process.", "short")
            .query(&gauge(facts, &process::THREADS), LEGEND),
        time_series(
            "Network",
            "Bytes per second of the network namespace, which is that of the pod or the machine.",
            "bytes",
        )
        .query(&rate(facts, &process::NETWORK_RECEIVE), "received {{instance}}")
        .query(&rate(facts, &process::NETWORK_TRANSMIT), "sent {{instance}}"),
    ]
}

fn runtimes(facts: &Facts) -> Vec<Panel> {
    let of = |family| chosen(facts, facts.metric(family));
    let by = |selector: Selector| sum_by(OF_RUNTIME, selector);
    let busy = rate_by(&OF_RUNTIME, of(&tokio::WORKER_BUSY));
    let [instance, runtime] = OF_RUNTIME;
    let by_queue = [instance, runtime, tokio::label::QUEUE];
    let delays = chosen(facts, facts.metric(&tokio::SCHEDULING_DELAY).buckets());
    let legend = "{{runtime}} {{instance}}";
    let of_queue = "{{queue}} {{runtime}} {{instance}}";
    vec![
        time_series(
            "Busy workers",
            "The share of their time in which the workers of a runtime had something to do.",
            "percentunit",
        )
        .unit_interval()
        .red_above(Some(share(facts.saturation.busy_percent)))
        .query(&ratio(busy, by(of(&tokio::WORKERS))), legend),
        time_series(
            "Delay of scheduling, p99",
            &format!("How long a task waits for a worker ({TASKS}), or a closure for a thread of the blocking pool."),
            "s",
        )
        .query(&quantile_by(&by_queue, "0.99", delays), of_queue),
        time_series(
            "Waiting now",
            "How long the task or closure of the heartbeat has been waiting that has not started yet. It grows while a runtime hangs.",
            "s",
        )
        .red_above(Some(1.0))
        .query(&max_by(by_queue, of(&tokio::SCHEDULING_OVERDUE)), of_queue),
        time_series("Tasks", "Tasks that have not ended, and those in the queue of all workers.", "short")
            .query(&by(of(&tokio::ALIVE_TASKS)), "alive {{runtime}} {{instance}}")
            .query(&by(of(&tokio::GLOBAL_QUEUE_DEPTH)), "queued {{runtime}} {{instance}}"),
    ]
}

fn operations(catalog: &Catalog, facts: &Facts) -> Vec<Panel> {
    let by = [label::FUNCTION];
    let oldest = chosen(facts, facts.metric(&HTTP_OLDEST_IN_FLIGHT));
    let stuck = facts.stuck_after(catalog);
    vec![
        time_series(
            "Busy by operation",
            "Threads that each operation keeps busy: seconds of its polls per second.",
            "short",
        )
        .query(&rate_by(&by, chosen(facts, facts.metric(&FUNCTION_BUSY))), "{{function}}"),
        time_series(
            "Slow polls",
            "Polls per second that kept a thread longer than the operation's budget.",
            "ops",
        )
        .query(&rate_by(&by, chosen(facts, facts.metric(&FUNCTION_SLOW_POLLS))), "{{function}}")
        .query(
            &rate_by(HTTP_SLOW_POLLS.labels, chosen(facts, facts.metric(&HTTP_SLOW_POLLS))),
            "{{method}} {{endpoint}}",
        ),
        time_series(
            "Oldest request in flight",
            "The age of the oldest request of each endpoint. `GET /inflight` on the admin listener shows what it waits for.",
            "s",
        )
        .red_above(seconds(&stuck.as_seconds().to_string()))
        .query(
            &max_by([label::METHOD, label::ENDPOINT], oldest),
            "{{method}} {{endpoint}}",
        ),
    ]
}

fn seconds(text: &str) -> Option<f64> {
    text.parse().ok()
}
