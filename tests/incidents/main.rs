//! Incidents, from the counters of a real service to the webhook that wakes somebody up: which alerts come, and
//! that no others do.
//!
//! Every length of time in rules and routes is divided by [`SCALE`]; numbers of events are not. All incidents go
//! on at the same time, each in a service of its own.

mod by_hand;
mod incident;
mod play;
mod programs;
mod report;
mod service;
mod stack;
mod webhook;

use std::time::{Duration, Instant};

use crate::incident::INCIDENTS;
use crate::play::Play;
use crate::stack::Stack;
use crate::webhook::Webhook;

/// The one factor by which time is scaled down: five minutes are ten seconds.
const SCALE: u32 = 30;

/// A little good traffic, before anything happens.
const BEFORE: Duration = Duration::from_secs(10);
/// How long the incidents last.
const DURING: Duration = Duration::from_secs(75);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn incidents_reach_those_whom_they_concern() {
    if !programs::are_installed() {
        return;
    }
    let webhook = Webhook::start().await;
    let plays: Vec<_> = INCIDENTS.iter().map(Play::start).collect();
    let kubernetes = service::kubernetes().await;
    let stack = Stack::start(&plays, kubernetes.address, webhook.address);
    stack.until_scraped(&plays).await;
    tokio::time::sleep(BEFORE).await;

    let begin = Instant::now();
    kubernetes.begin();
    plays.iter().for_each(Play::begin);
    tokio::time::sleep(DURING).await;
    let heard = webhook.heard();
    drop(plays);
    stack.stop().await;

    assert!(!heard.is_empty(), "nothing at all reached the webhook");
    let rows: Vec<_> =
        INCIDENTS.iter().map(|incident| report::Row::of(incident, &heard, begin)).collect();
    report::print(&rows);
    by_hand::print(&heard);
    let wrong: Vec<_> = rows.iter().flat_map(report::Row::faults).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
