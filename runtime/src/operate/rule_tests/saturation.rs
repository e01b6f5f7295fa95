//! The scenarios of the alerts on saturation. Each happens to an instance of its own, so one test has all of them.

use super::document::{ExprTest, Input, Sample, Test, TestFile};
use crate::declare::series::{
    BuiltIn, FUNCTION_SLOW_POLLS, HTTP_OLDEST_IN_FLIGHT, HTTP_SLOW_POLLS, label, process, tokio,
};
use crate::operate::facts::Facts;
use crate::operate::foreign;
use crate::operate::promql::{Metric, Selector, Window, max_by};
use crate::operate::rules::INTERVAL;

/// What happens to an instance: its name, the series that differ from those of a healthy one, and the alert that fires.
struct Scenario {
    instance: &'static str,
    series: Vec<(Selector, &'static str)>,
    firing: Option<&'static str>,
}

/// The test of an hour in which each instance has its scenario. Exactly the named alerts fire, each for its instance.
pub(super) fn tests(facts: &Facts) -> TestFile {
    let scenarios = scenarios(facts);
    let firing = scenarios.iter().filter_map(|one| {
        let labels =
            format!("{{alertname=\"Service{}\", instance=\"{}\"}}", one.firing?, one.instance);
        Some(Sample { labels, value: 1.0 })
    });
    let all = facts.identity().of_alerts(foreign::alerts()).with("alertstate", "firing");
    let alerts = max_by(["alertname", "instance"], all.without("instance", ""));
    let test = Test {
        name: "saturation".to_owned(),
        interval: facts.scaled(INTERVAL),
        alerts: Vec::new(),
        expressions: vec![ExprTest {
            expr: alerts.to_string(),
            eval_time: facts.scaled(Window::minutes(59)),
            exp_samples: firing.collect(),
        }],
        input_series: scenarios.iter().flat_map(|one| one.inputs(facts)).collect(),
    };
    TestFile::new(facts, vec![test])
}

impl Scenario {
    /// The series of its instance: those of a healthy one, as far as they do not differ.
    fn inputs(&self, facts: &Facts) -> Vec<Input> {
        let differs = |series: &Selector| self.series.iter().any(|(other, _)| other == series);
        let healthy = healthy(facts).into_iter().filter(|(series, _)| !differs(series));
        let input = |(series, values): (Selector, &str)| Input {
            series: series.with("instance", self.instance).to_string(),
            values: values.to_owned(),
        };
        self.series.iter().cloned().chain(healthy).map(input).collect()
    }
}

/// The series of a service.
struct Series<'a>(&'a Facts);

impl Series<'_> {
    fn of(&self, family: &BuiltIn) -> Selector {
        self.0.select(self.0.metric(family))
    }

    fn of_runtime(&self, metric: Metric) -> Selector {
        self.0.select(metric).with(tokio::label::RUNTIME, "main")
    }

    fn worker(&self, number: &str) -> Selector {
        self.of_runtime(self.0.metric(&tokio::WORKER_BUSY)).with(tokio::label::WORKER, number)
    }

    /// The sum and the count of the delays in a queue.
    fn delays(&self, queue: &str) -> [Selector; 2] {
        let delay = || self.0.metric(&tokio::SCHEDULING_DELAY);
        [delay().sum(), delay().count()]
            .map(|metric| self.of_runtime(metric).with(tokio::label::QUEUE, queue))
    }

    fn overdue(&self, queue: &str) -> Selector {
        let overdue = self.0.metric(&tokio::SCHEDULING_OVERDUE);
        self.of_runtime(overdue).with(tokio::label::QUEUE, queue)
    }

    fn slow_polls(&self) -> Selector {
        self.0.select(self.0.metric(&FUNCTION_SLOW_POLLS)).with(label::FUNCTION, "shop::buy")
    }

    fn slow_polls_elsewhere(&self) -> Selector {
        let slow = self.0.select(self.0.metric(&HTTP_SLOW_POLLS));
        slow.with(label::METHOD, "GET").with(label::ENDPOINT, "/items")
    }

    fn oldest(&self) -> Selector {
        let oldest = self.0.select(self.0.metric(&HTTP_OLDEST_IN_FLIGHT));
        oldest.with(label::METHOD, "GET").with(label::ENDPOINT, "/items")
    }
}

/// The series of a healthy service, over an hour.
fn healthy(facts: &Facts) -> Vec<(Selector, &'static str)> {
    let series = Series(facts);
    let [tasks_sum, tasks_count] = series.delays(tokio::TASKS);
    let [blocking_sum, blocking_count] = series.delays(tokio::BLOCKING);
    vec![
        (series.of(&process::MEMORY_LIMIT), "1000x120"),
        (series.of(&process::MEMORY_WORKING_SET), "500x120"),
        (series.of(&process::MAX_FDS), "1000x120"),
        (series.of(&process::OPEN_FDS), "100x120"),
        (series.of(&process::CPU_PERIODS), "0+300x120"),
        (series.of(&process::CPU_THROTTLED_PERIODS), "0+3x120"),
        (series.of_runtime(facts.metric(&tokio::WORKERS)), "2x120"),
        (series.worker("0"), "0+10x120"),
        (series.worker("1"), "0+10x120"),
        (tasks_sum, "0+0.015x120"),
        (tasks_count, "0+300x120"),
        (blocking_sum, "0+0.003x120"),
        (blocking_count, "0+30x120"),
        (series.overdue(tokio::TASKS), "0x120"),
        (series.overdue(tokio::BLOCKING), "0x120"),
        (series.slow_polls(), "0x120"),
        (series.slow_polls_elsewhere(), "0x120"),
        (series.oldest(), "1x120"),
    ]
}

/// What fires each alert, and what comes near to it and must not.
fn scenarios(facts: &Facts) -> Vec<Scenario> {
    let mut all = of_the_process(&Series(facts));
    all.extend(of_runtimes(&Series(facts)));
    all.push(Scenario { instance: "healthy", series: Vec::new(), firing: None });
    all
}

fn of_the_process(series: &Series<'_>) -> Vec<Scenario> {
    let one = |instance, family, values, firing| Scenario {
        instance,
        series: vec![(series.of(family), values)],
        firing,
    };
    let used = &process::MEMORY_WORKING_SET;
    let throttled = &process::CPU_THROTTLED_PERIODS;
    vec![
        one("memory-leaks", used, "900+0.7x120", Some("MemoryNearLimit")),
        one("memory-is-used", used, "950x120", None),
        one("memory-grows-far-below-its-limit", used, "100+1x120", None),
        one("descriptors-leak", &process::OPEN_FDS, "400+4x120", Some("DescriptorsNearLimit")),
        one("descriptors-are-used", &process::OPEN_FDS, "700x120", None),
        one("quota-is-used-up", throttled, "0+120x120", Some("CpuThrottled")),
        one("quota-is-used-up-now-and-then", throttled, "0+60x120", None),
    ]
}

fn of_runtimes(series: &Series<'_>) -> Vec<Scenario> {
    let busy = || vec![(series.worker("0"), "0+29x120"), (series.worker("1"), "0+29x120")];
    // Of a queue that stands still only the wait of the heartbeat grows.
    let hangs = |queue| {
        let [sum, count] = series.delays(queue);
        vec![(sum, "1x120"), (count, "300x120"), (series.overdue(queue), "0+30x120")]
    };
    let [late, _] = series.delays(tokio::TASKS);
    let [blocking_late, _] = series.delays(tokio::BLOCKING);
    let scenario = |instance, series, firing| Scenario { instance, series, firing };
    let idle = vec![(late.clone(), "0+15x120")];
    let never_idle = [series.worker("0"), series.worker("1"), late.clone()];
    let never_idle = never_idle.into_iter().zip(["5x120", "5x120", "0+15x120"]).collect();
    let late_and_busy = busy().into_iter().chain([(late.clone(), "0+15x120")]).collect();
    let blocking_late = vec![(blocking_late, "0+15x120")];
    vec![
        scenario("tasks-wait-for-busy-workers", late_and_busy, Some("RuntimeSaturated")),
        scenario("workers-never-become-idle", never_idle, Some("RuntimeSaturated")),
        scenario("tasks-wait-for-idle-workers", idle, None),
        scenario("workers-are-busy-alone", busy(), None),
        scenario("tasks-wait-for-a-moment", vec![(late, "0+3x120")], None),
        scenario("runtime-hangs", hangs(tokio::TASKS), Some("RuntimeSaturated")),
        scenario("closures-wait", blocking_late, Some("BlockingPoolFull")),
        scenario("blocking-pool-is-full", hangs(tokio::BLOCKING), Some("BlockingPoolFull")),
        scenario(
            "operation-blocks",
            vec![(series.slow_polls(), "0+30x120")],
            Some("OperationBlocks"),
        ),
        scenario(
            "middleware-blocks",
            vec![(series.slow_polls_elsewhere(), "0+30x120")],
            Some("OperationBlocks"),
        ),
        scenario("operation-is-slow-now-and-then", vec![(series.slow_polls(), "0+2x120")], None),
        scenario("request-hangs", vec![(series.oldest(), "0+30x120")], Some("RequestsStuck")),
    ]
}
