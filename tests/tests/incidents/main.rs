//! Incidents: which alerts they raise, when, with which text, and that they raise no others.
//!
//! Each is defined once (`incidents.rs`) and played twice. *Live*: from the counters of a real
//! service through a real Prometheus and Alertmanager to a webhook. Durations are divided by
//! [`SCALE`] there; numbers of events are not. *Replayed* at true time: from what the same service
//! exposes, through `promtool test rules`, beside rules that are usually written by hand. There the rules
//! also go through more kinds of incidents, beside those of other generators (`rule_sets`).
//!
//! Incidents that are over (`past`) are in a real Prometheus or `VictoriaMetrics`: for `backtest`, for vmalert, and for
//! windows of thirty days.

mod alert;
mod by_hand;
mod incident;
mod incidents;
mod kubernetes;
mod live;
mod past;
mod replay;
mod rule_sets;
mod rules;
mod saturated;
mod service;

use goldsignal_tests::require_programs;
use tokio::sync::RwLock;

/// The one factor by which the live run's time is scaled down: five minutes are ten seconds.
const SCALE: u32 = 30;

/// The live run's clock is the machine's: nothing else of this suite keeps the processors busy meanwhile. The others
/// wait for programs most of the time, and run beside each other.
static ALONE: RwLock<()> = RwLock::const_new(());

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Prometheus: run tests/run incidents"]
async fn incidents_reach_those_whom_they_concern() {
    require_programs(&["prometheus", "prometheus-alertmanager"]);
    let _alone = ALONE.write().await;
    live::run().await;
}

#[tokio::test]
#[ignore = "needs Prometheus: run tests/run incidents"]
async fn incidents_raise_the_same_alerts_at_true_time() {
    require_programs(&["promtool"]);
    let _beside = ALONE.read().await;
    replay::run().await;
}

#[tokio::test]
#[ignore = "needs Prometheus: run tests/run incidents"]
async fn pages_come_no_later_than_those_of_other_generators() {
    require_programs(&["promtool"]);
    let _beside = ALONE.read().await;
    rule_sets::run().await;
}

#[tokio::test]
#[ignore = "needs Prometheus: run tests/run incidents"]
async fn broken_rules_do_not_pass_the_incidents() {
    require_programs(&["promtool"]);
    let _beside = ALONE.read().await;
    replay::notices_broken_rules().await;
}

#[tokio::test]
#[ignore = "needs Prometheus: run tests/run incidents"]
async fn a_backtest_fires_what_promtool_fires() {
    require_programs(&["prometheus", "promtool"]);
    let _beside = ALONE.read().await;
    past::backtest().await;
}

#[tokio::test]
#[ignore = "needs Prometheus: run tests/run incidents"]
async fn a_month_spends_what_was_computed_from_its_events() {
    require_programs(&["prometheus", "promtool"]);
    let _beside = ALONE.read().await;
    past::month().await;
}

#[tokio::test]
#[ignore = "needs VictoriaMetrics: run tests/run incidents"]
async fn vmalert_fires_what_promtool_fires() {
    require_programs(&["prometheus", "promtool", "victoria-metrics", "vmalert"]);
    let _beside = ALONE.read().await;
    past::vmalert().await;
}

/// Takes a quarter of an hour and a machine that does nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Prometheus: run tests/run rule_sets"]
async fn a_hundred_endpoints_cost_less_than_a_twentieth_of_a_core() {
    if std::env::var("GOLDSIGNAL_RULE_SETS").as_deref() != Ok("all") {
        println!(
            "SKIPPED a_hundred_endpoints_cost_less_than_a_twentieth_of_a_core: run tests/run rule_sets"
        );
        return;
    }
    require_programs(&["prometheus", "promtool"]);
    let _alone = ALONE.write().await;
    past::cost().await;
}
