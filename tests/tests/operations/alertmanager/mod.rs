//! The alerts of two services, and of somebody else, through a real Alertmanager that has the configurations of both
//! services, merged as the Prometheus operator merges them.

mod operator;
mod running;

use std::collections::BTreeSet;
use std::time::Duration;

use goldsignal_tests::require_programs;
use serde_json::{Value, json};

use crate::generated;
use running::{Alertmanager, Webhook};

const SHOP: &str =
    "service = 'shop'\nnamespace = 'retail'\nenvironment = 'production'\nteam = 'checkout'\n";
const CART: &str =
    "service = 'cart'\nnamespace = 'baskets'\nenvironment = 'production'\nteam = 'baskets'\n";

/// An alert of a generated rule, as Prometheus sends it.
fn alert(facts: &str, name: &str) -> Value {
    let rule = generated::rule(&generated::files(facts), name);
    let mut labels = rule["labels"].clone();
    labels["alertname"] = name.into();
    json!({"labels": labels})
}

fn foreign(labels: &Value) -> Value {
    json!({"labels": labels})
}

/// `receiver: alert of service in environment`, for each notification.
fn told(webhook: &Webhook) -> BTreeSet<String> {
    let told = webhook.told().into_iter().map(|(receiver, labels)| {
        let text = |name: &str| labels[name].as_str().unwrap_or("?").to_owned();
        format!(
            "{receiver}: {} of {} in {}",
            text("alertname"),
            text("service"),
            text("environment")
        )
    });
    told.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Alertmanager: run tests/run operations"]
async fn alerts_reach_the_team_of_their_service_and_no_other() {
    require_programs(&["prometheus-alertmanager"]);
    let webhook = Webhook::start().await;
    let objects: Vec<_> = [SHOP, CART]
        .iter()
        .map(|facts| {
            generated::document(&generated::files(facts), "kubernetes/alertmanager-config.yaml")
        })
        .collect();
    let alertmanager = Alertmanager::start(&operator::merged(&objects, webhook.address)).await;
    let staging = SHOP.replace("production", "staging");
    alertmanager
        .send(&[
            alert(SHOP, "ApiAvailabilityBurnsFast"),
            // Another objective, for the same cause.
            alert(SHOP, "ApiLatencyBurnsFast"),
            // The page about the same objective inhibits it.
            alert(SHOP, "ApiAvailabilityBurnsSlowly"),
            // It has an objective of the same name, but no page.
            alert(CART, "ApiAvailabilityBurnsSlowly"),
            alert(CART, "ServiceAbsent"),
            alert(CART, "ServiceTargetDown"),
            alert(SHOP, "ServiceTargetDown"),
            // The dead man's switch of the other service is not kept quiet by it.
            alert(SHOP, "ServiceWatchdog"),
            // Another environment, and other teams.
            alert(&staging, "ApiAvailabilityBurnsFast"),
            foreign(&json!({"alertname": "Watchdog", "severity": "none"})),
            foreign(&json!({"alertname": "DiskFull", "severity": "page", "service": "db", "namespace": "retail", "environment": "production"})),
            foreign(&json!({"alertname": "NodeDown", "severity": "page", "slo": "api-availability"})),
        ])
        .await;
    let expected: BTreeSet<String> = [
        "retail/shop/page: ApiAvailabilityBurnsFast of shop in production",
        "retail/shop/page: ApiLatencyBurnsFast of shop in production",
        "retail/shop/ticket: ServiceTargetDown of shop in production",
        "retail/shop/watchdog: ServiceWatchdog of shop in production",
        "baskets/cart/ticket: ApiAvailabilityBurnsSlowly of cart in production",
        "baskets/cart/page: ServiceAbsent of cart in production",
        "default: ApiAvailabilityBurnsFast of shop in staging",
        "default: Watchdog of ? in ?",
        "default: DiskFull of db in production",
        "default: NodeDown of ? in ?",
    ]
    .map(str::to_owned)
    .into();
    let all = || {
        let told = told(&webhook);
        // Because the operator lets every alert go on to the routes that were there before.
        let (ours, rest): (BTreeSet<_>, BTreeSet<_>) =
            told.into_iter().partition(|one| !one.starts_with("default: "));
        let foreign = rest.into_iter().filter(|one| expected.contains(one));
        ours.into_iter().chain(foreign).collect::<BTreeSet<_>>()
    };
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        if expected.is_subset(&all()) {
            break;
        }
    }
    // Whatever else would come, comes within the same second.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(all(), expected);
    // Two objectives, and one call.
    assert_eq!(webhook.notifications("retail/shop/page"), [2]);
    alertmanager.stop().await;
}
