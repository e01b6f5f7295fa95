//! All incidents at the same time, each in a service of its own, with time scaled down.

mod kubernetes;
mod play;
mod row;
mod stack;
mod webhook;

use std::time::{Duration, Instant};

use self::play::Play;
use self::row::Row;
use self::stack::Stack;
use self::webhook::Webhook;
use crate::SCALE;
use crate::incident::Incident;
use crate::incident::{BEFORE, DURING};
use crate::incidents::{INCIDENTS, PLAYED};

/// Plays them, prints who heard of what, and panics where that is not what is expected.
pub(crate) async fn run() {
    let webhook = Webhook::start().await;
    let incidents: Vec<&'static Incident> = INCIDENTS.iter().chain(&*PLAYED).collect();
    let plays: Vec<_> = incidents.iter().copied().map(Play::start).collect();
    let kubernetes = kubernetes::Kubernetes::start().await;
    let stack = Stack::start(&plays, kubernetes.address, webhook.address);
    stack.until_scraped(&plays).await;
    stack.load_rules(&plays).await;
    tokio::time::sleep(BEFORE / SCALE).await;

    let begin = Instant::now();
    kubernetes.begin();
    plays.iter().for_each(Play::begin);
    tokio::time::sleep(DURING / SCALE).await;
    let heard = webhook.heard();
    drop(plays);
    stack.stop().await;

    assert!(!heard.is_empty(), "nothing at all reached the webhook");
    let rows: Vec<_> = incidents.iter().map(|incident| Row::of(incident, &heard, begin)).collect();
    row::print(&rows);
    let faults: Vec<_> = rows.iter().flat_map(Row::faults).collect();
    let wrong = rows.iter().filter(|row| !row.faults().is_empty()).count();
    println!(
        "incidents: live, time divided by {SCALE}: {} of {} reached whom they concern, and nobody else",
        rows.len() - wrong,
        rows.len(),
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// How long it has been in true time.
fn true_time(since: Instant) -> Duration {
    since.elapsed() * SCALE
}
