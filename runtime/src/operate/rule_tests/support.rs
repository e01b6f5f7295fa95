//! The scenarios of the support alerts.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::document::{ExprTest, Input, Sample, Test, TestFile};
use crate::declare::catalog::Catalog;
use crate::declare::series::{self, label};
use crate::declare::{OTHER, ranks};
use crate::operate::facts::{Expectation, Facts};
use crate::operate::foreign;
use crate::operate::promql::{Metric, Selector, Window, max_by};
use crate::operate::rules::INTERVAL;
use crate::operate::rules::support::{expected_rates, gauges, heaviest};
use crate::operate::series_count::sample_limit;

/// The number of samples of each series, for two hours.
const SAMPLES: u32 = 240;

/// All tests of the support alerts. In each scenario exactly the named alerts fire.
pub(super) fn tests(catalog: &Catalog, facts: &Facts) -> TestFile {
    let scenarios = Scenarios { catalog, facts };
    let mut tests = vec![
        scenarios.test("all is well", |_| {}, &[]),
        scenarios.test(
            "nothing can be scraped",
            InputSeries::no_instance,
            &["Absent", "TargetDown"],
        ),
        scenarios.test("the service is gone", InputSeries::clear, &["Absent"]),
        scenarios.test(
            "a deployment is scaled to zero",
            |series| series.scaled_to_zero(foreign::kube_deployment_spec_replicas(), "deployment"),
            &["ScaledToZero"],
        ),
        scenarios.test(
            "a stateful set is scaled to zero",
            |series| series.scaled_to_zero(foreign::kube_statefulset_replicas(), "statefulset"),
            &["ScaledToZero"],
        ),
        scenarios.test("samples near the limit", InputSeries::many_samples, &["NearSampleLimit"]),
        scenarios.test("a container keeps crashing", InputSeries::crashes, &["CrashLooping"]),
        scenarios.test("a label is flooded", InputSeries::label_flood, &["LabelOverflow"]),
        scenarios.test("telemetry is lost", InputSeries::lost_telemetry, &["TelemetryDropped"]),
        scenarios.test("another version runs", InputSeries::other_catalog, &["RulesStale"]),
        scenarios.test("it has another name", InputSeries::other_name, &["RulesStale"]),
        scenarios.test("the pool is full", InputSeries::full_pool, &["PoolSaturated"]),
        scenarios.test("a small pool is lazy", InputSeries::lazy_pool, &[]),
    ];
    if !gauges::samplers(catalog, facts).is_empty() {
        tests.push(scenarios.test(
            "no sampler succeeds",
            InputSeries::stale_samples,
            &["SamplerStale"],
        ));
        let ahead = |series: &mut InputSeries<'_>| series.clock_ahead(true);
        tests.push(scenarios.test("the clock of an instance is ahead", ahead, &[]));
        tests.push(scenarios.test(
            "no sampler succeeds where the clock is ahead",
            |series| series.clock_ahead(false),
            &["SamplerStale"],
        ));
    }
    let expected = expected_rates::expected(catalog, facts);
    if expected.iter().any(|(_, one)| one.most_per_hour.is_some()) {
        tests.push(scenarios.test("too much happens", InputSeries::too_much, &["RateUnusual"]));
    }
    if expected.iter().any(|(_, one)| one.least_per_hour.is_some()) {
        tests.push(scenarios.test(
            "nothing happens any more",
            InputSeries::too_little,
            &["RateUnusual"],
        ));
    }
    if !heaviest::limited(catalog, facts).is_empty() {
        tests.push(scenarios.test(
            "one key is too heavy",
            |series| series.heaviest(2, 2),
            &["KeyTooHeavy"],
        ));
        tests.push(scenarios.test("few keys were seen", |series| series.heaviest(2, 0), &[]));
    }
    TestFile::new(facts, tests)
}

struct Scenarios<'a> {
    catalog: &'a Catalog,
    facts: &'a Facts,
}

impl<'a> Scenarios<'a> {
    /// Two hours of a healthy service after `change`, and the alerts that fire at the end.
    fn test(&self, name: &str, change: impl Fn(&mut InputSeries<'a>), firing: &[&str]) -> Test {
        let mut series = InputSeries::healthy(self.catalog, self.facts);
        change(&mut series);
        let names = firing.iter().chain(&["Watchdog"]);
        let samples = names
            .map(|name| Sample { labels: format!("{{alertname=\"Service{name}\"}}"), value: 1.0 });
        let all = self.facts.identity().of_alerts(foreign::alerts()).with("alertstate", "firing");
        Test {
            name: name.to_owned(),
            interval: self.facts.scaled(INTERVAL),
            input_series: series.inputs(),
            alerts: Vec::new(),
            expressions: vec![ExprTest {
                expr: max_by(["alertname"], all).to_string(),
                eval_time: self.facts.scaled(Window::minutes(119)),
                exp_samples: samples.collect(),
            }],
        }
    }
}

/// The series of a scenario, each with its samples.
struct InputSeries<'a> {
    catalog: &'a Catalog,
    facts: &'a Facts,
    values: BTreeMap<String, String>,
}

impl<'a> InputSeries<'a> {
    /// One healthy instance.
    fn healthy(catalog: &'a Catalog, facts: &'a Facts) -> Self {
        let mut series = Self { catalog, facts, values: BTreeMap::new() };
        series.set(foreign::up(), &steady(1));
        series.set(foreign::scrape_samples_scraped(), &steady(100));
        series.build(&facts.fingerprint(catalog), &facts.service);
        for family in series::LOST_TELEMETRY {
            series.set(facts.metric(family), &steady(0));
        }
        series.pool(5, 0);
        series.expected(as_expected);
        series.heaviest(0, 2);
        for sampler in gauges::samplers(catalog, facts) {
            // The clock of promtool counts seconds from the start of the test.
            let step = facts.scaled(INTERVAL).as_seconds();
            series.put(sampler, format!("0+{step}x{SAMPLES}"));
        }
        series
    }

    fn set(&mut self, metric: impl Into<Metric>, values: &str) {
        let selector = self.facts.select(metric);
        self.put(selector, values.to_owned());
    }

    fn put(&mut self, selector: Selector, values: String) {
        self.values.insert(selector.with("instance", "1").to_string(), values);
    }

    fn build(&mut self, catalog: &str, service: &str) {
        let selector = self
            .facts
            .select(self.facts.metric(&series::BUILD_INFO))
            .with(label::SERVICE, service)
            .with(label::VERSION, "1")
            .with(label::CATALOG, catalog);
        self.put(selector, steady(1));
    }

    /// A pool of ten connections.
    fn pool(&mut self, used: u32, pending: u32) {
        let pool = gauges::pool(self.catalog, self.facts);
        for (gauge, value) in [(pool.used, used), (pool.max, 10), (pool.pending, pending)] {
            let names_pools =
                gauge.metric.labels.iter().any(|name| name == series::pool::label::POOL);
            let gauge =
                if names_pools { gauge.with(series::pool::label::POOL, "db") } else { gauge };
            self.put(gauge, steady(value));
        }
    }

    fn clear(&mut self) {
        self.values.clear();
    }

    /// Kubernetes reports that no instance is wanted, and there is none.
    fn scaled_to_zero(&mut self, replicas: Metric, kind: &str) {
        self.clear();
        let replicas = Selector::of(replicas).with("namespace", self.facts.namespace.to_string());
        self.put(replicas.with(kind, self.facts.workload()), steady(0));
    }

    /// The series of a target end when Prometheus cannot scrape it.
    fn no_instance(&mut self) {
        self.clear();
        self.set(foreign::up(), &steady(0));
    }

    fn many_samples(&mut self) {
        let declared = sample_limit(self.catalog);
        let limit = self.facts.prometheus.sample_limit.unwrap_or(declared);
        self.set(foreign::scrape_samples_scraped(), &format!("{limit}x{SAMPLES}"));
    }

    fn crashes(&mut self) {
        let waiting = Selector::of(foreign::kube_pod_container_status_waiting_reason())
            .with("namespace", self.facts.namespace.to_string())
            .with("pod", format!("{}-5d8c7b9f4-x2x7p", self.facts.workload()))
            .with("container", self.facts.workload())
            .with("reason", "CrashLoopBackOff");
        // The container runs for a moment every five minutes.
        self.put(waiting, "1x8 _ ".repeat(24).trim_end().to_owned());
    }

    fn label_flood(&mut self) {
        let folded = self
            .facts
            .select(self.facts.metric(&series::LABEL_OVERFLOW))
            .with(label::FAMILY, "searches_total")
            .with(label::LABEL, "tenant");
        self.put(folded, growing());
    }

    fn lost_telemetry(&mut self) {
        for family in series::LOST_TELEMETRY {
            self.set(self.facts.metric(family), &growing());
        }
    }

    fn other_catalog(&mut self) {
        let built = self.facts.metric(&series::BUILD_INFO).name;
        self.values.retain(|series, _| !series.starts_with(&built));
        self.build("0000000000000000", &self.facts.service);
    }

    fn other_name(&mut self) {
        let built = self.facts.metric(&series::BUILD_INFO).name;
        self.values.retain(|series, _| !series.starts_with(&built));
        self.build(&self.facts.fingerprint(self.catalog), "another");
    }

    fn full_pool(&mut self) {
        self.pool(10, 3);
    }

    /// Every open connection is in use, and no request waits.
    fn lazy_pool(&mut self) {
        self.pool(10, 0);
    }

    /// The sampler's time is hours ahead of Prometheus' clock, and goes on while it succeeds.
    fn clock_ahead(&mut self, succeeds: bool) {
        let step = if succeeds { INTERVAL.as_seconds() } else { Decimal::ZERO };
        for sampler in gauges::samplers(self.catalog, self.facts) {
            self.put(sampler, format!("90000+{step}x{SAMPLES}"));
        }
    }

    fn stale_samples(&mut self) {
        for sampler in gauges::samplers(self.catalog, self.facts) {
            self.put(sampler, steady(0));
        }
    }

    /// Makes the counters with an expectation grow by `per_hour` of it.
    fn expected(&mut self, per_hour: impl Fn(Expectation) -> u32) {
        for (family, expectation) in expected_rates::expected(self.catalog, self.facts) {
            let hour = Window::hours(1).as_seconds() / INTERVAL.as_seconds();
            let step = Decimal::from(per_hour(expectation)) / hour;
            self.set(family, &format!("0+{}x{SAMPLES}", step.round_dp(6).normalize()));
        }
    }

    fn too_much(&mut self) {
        self.expected(|one| {
            one.most_per_hour.map_or_else(|| as_expected(one), |most| most.saturating_mul(2))
        });
    }

    fn too_little(&mut self) {
        self.expected(|one| one.least_per_hour.map_or_else(|| as_expected(one), |_| 0));
    }

    /// Keys that together weigh `weight` times the least that matters, of which the heaviest has about `share` times what is
    /// allowed.
    fn heaviest(&mut self, share: u32, weight: u32) {
        for (family, limit) in heaviest::limited(self.catalog, self.facts) {
            let total = limit.least_weight.saturating_mul(weight).max(10);
            let percent = limit.most_percent.saturating_mul(share).clamp(1, 100);
            let first = u64::from(total) * u64::from(percent) / 100;
            let ranked = |rank: &str| self.facts.select(family).with(ranks::RANK, rank);
            let (heaviest, rest) = (ranked(ranks::FIRST), ranked(OTHER));
            self.put(heaviest, format!("{first}x{SAMPLES}"));
            self.put(rest, format!("{}x{SAMPLES}", u64::from(total) - first));
        }
    }

    fn inputs(self) -> Vec<Input> {
        let inputs = self.values.into_iter();
        inputs.map(|(series, values)| Input { series, values }).collect()
    }
}

/// A rate between the bounds.
fn as_expected(expectation: Expectation) -> u32 {
    match (expectation.least_per_hour, expectation.most_per_hour) {
        (least, Some(most)) => least.unwrap_or(0).midpoint(most),
        (least, None) => least.unwrap_or(0).saturating_mul(2),
    }
}

fn steady(value: u32) -> String {
    format!("{value}x{SAMPLES}")
}

fn growing() -> String {
    format!("0+5x{SAMPLES}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_healthy_service_has_the_series_that_alerts_read() {
        let catalog = Catalog::default();
        let facts = Facts::new("a".try_into().unwrap(), "a".try_into().unwrap(), "team");
        let file = tests(&catalog, &facts);
        assert_eq!(file.tests.len(), 13);
        let read: Vec<String> = crate::operate::rules::support::all(&catalog, &facts)
            .iter()
            .flat_map(|support| {
                let selectors = support.alert.expr.selectors();
                selectors.into_iter().map(|one| one.metric.name.clone()).collect::<Vec<_>>()
            })
            .collect();
        let of_saturation = super::super::saturation::tests(&facts);
        for name in read {
            let tests = file.tests.iter().chain(&of_saturation.tests);
            let given = tests.flat_map(|test| &test.input_series);
            assert!(given.clone().any(|input| input.series.starts_with(&name)), "{name}");
        }
    }
}
