//! Alerts on what the process and its container may use.

use rust_decimal::Decimal;

use super::{Remedy, SupportAlert, SupportAlertSpec};
use crate::declare::series::BuiltIn;
use crate::declare::series::process as series;
use crate::operate::facts::Facts;
use crate::operate::links::Dashboard;
use crate::operate::promql::{Expr, Window, call, ratio, sum_by};
use crate::operate::rules::Severity;

/// How long the trend of the memory is looked at, and how far it is prolonged.
const TREND: Window = Window::minutes(30);
const HORIZON: Window = Window::hours(1);

pub(super) fn alerts(facts: &Facts) -> Vec<SupportAlert> {
    vec![memory(facts), descriptors(facts), throttled(facts)]
}

/// A percentage as a share.
pub(in crate::operate) fn share(percent: u32) -> Expr {
    Expr::from(Decimal::from(percent) / Decimal::ONE_HUNDRED)
}

/// A gauge, by instance.
fn gauge(facts: &Facts, family: &BuiltIn) -> Expr {
    sum_by(facts.identity().instance_labels(), facts.select(facts.metric(family)))
}

fn memory(facts: &Facts) -> SupportAlert {
    let of_limit = |used: Expr| ratio(used, gauge(facts, &series::MEMORY_LIMIT));
    let used = gauge(facts, &series::MEMORY_WORKING_SET);
    let trend = facts.select(facts.metric(&series::MEMORY_WORKING_SET)).over(facts.scaled(TREND));
    let horizon = Expr::from(facts.scaled(HORIZON).as_seconds());
    let expected = call("predict_linear", [trend, horizon]);
    let expected = sum_by(facts.identity().instance_labels(), expected);
    let near = of_limit(used).above(share(facts.saturation.memory_percent));
    SupportAlertSpec {
        name: "ServiceMemoryNearLimit",
        severity: Severity::Ticket,
        expr: near.and(of_limit(expected).above(1)),
        for_duration: Window::minutes(5),
        summary: "memory grows towards its limit",
        description: "`{{ $labels.instance }}` uses {{ $value | humanizePercentage }} of the memory that its container \
                      may use, and exceeds the limit within an hour if it goes on like this."
            .to_owned(),
        dashboard: Dashboard::Saturation,
        meaning: "The container's working set is near its limit and grows. The kernel kills the process at the limit.",
        impact: "None yet. When the instance is killed, its requests fail, and its load moves to the others.",
        steps: &[
            "Does it grow with the traffic? Then the limit is too low for this load: raise it, or add instances.",
            "Does it grow without traffic, and on every instance since its start? Then something leaks: restart the oldest \
             instance to gain time, and look for what a deployment added: a cache without a bound, tasks that never end \
             (`tokio_alive_tasks`), requests that are stuck (`GET /inflight`).",
            "Does the resident memory of the process not grow? Then another process of the container does, or files in memory.",
        ],
        remedy: Remedy::RollBack,
    }
    .build(facts)
    .asking("Which instances?", of_limit(gauge(facts, &series::MEMORY_WORKING_SET)))
}

fn descriptors(facts: &Facts) -> SupportAlert {
    let share_of_limit = || ratio(gauge(facts, &series::OPEN_FDS), gauge(facts, &series::MAX_FDS));
    SupportAlertSpec {
        name: "ServiceDescriptorsNearLimit",
        severity: Severity::Ticket,
        expr: share_of_limit().above(share(facts.saturation.descriptors_percent)),
        for_duration: Window::minutes(5),
        summary: "file descriptors are running out",
        description: "`{{ $labels.instance }}` has {{ $value | humanizePercentage }} of the file descriptors open that it \
                      may open."
            .to_owned(),
        dashboard: Dashboard::Saturation,
        meaning: "Most of the file descriptors that the process may open are open: connections, files, and sockets to other services.",
        impact: "None yet. Without a descriptor no connection is accepted and none can be opened, so all requests fail.",
        steps: &[
            "Are there as many connections as descriptors? `ls -l /proc/PID/fd` in the container shows what is open; many \
             connections of few clients mean that one does not reuse them.",
            "Does the number grow without traffic? Then something leaks: restart the instance, and look for what a \
             deployment added that opens files or connections.",
            "Is the limit low? `process_max_fds` shows it: 1024 is little for a server, `ulimit -n` raises it.",
        ],
        remedy: Remedy::RollBack,
    }
    .build(facts)
    .asking("Which instances?", share_of_limit())
}

fn throttled(facts: &Facts) -> SupportAlert {
    let window = facts.scaled(Window::minutes(5));
    let rate = |family: &BuiltIn| {
        let rate = facts.select(facts.metric(family)).rate(window);
        sum_by(facts.identity().instance_labels(), rate)
    };
    let throttled = ratio(rate(&series::CPU_THROTTLED_PERIODS), rate(&series::CPU_PERIODS));
    SupportAlertSpec {
        name: "ServiceCpuThrottled",
        severity: Severity::Ticket,
        expr: throttled.above(share(facts.saturation.throttled_percent)),
        for_duration: Window::minutes(15),
        summary: "the CPU quota is used up again and again",
        description: "`{{ $labels.instance }}` used up its CPU quota in {{ $value | humanizePercentage }} of the quota's \
                      periods, and had to wait for the next one."
            .to_owned(),
        dashboard: Dashboard::Saturation,
        meaning: "The container wants more CPU time than its limit gives it. Its threads stand still until the next period of 100 ms begins.",
        impact: "Requests take up to a tenth of a second longer, whatever they do.",
        steps: &[
            "Raise the CPU limit, or remove it where the cluster allows that: a request without a limit shares the rest of the node.",
            "Has the process more workers than the quota has cores? `tokio_workers` shows it; as many workers as cores \
             use the quota up more slowly.",
            "Did it begin with a deployment? The dashboard shows which operations keep threads busy.",
        ],
        remedy: Remedy::RollBack,
    }
    .build(facts)
    .asking("CPU cores that each instance uses:", rate(&series::CPU_SECONDS))
}
