//! The todo service under a known load, scraped by a real Prometheus in both formats. Prometheus
//! has the numbers that were sent.

mod canary;
mod formats;
mod load;
mod log_lines;
mod programs;
mod prometheus;
mod proxy;
mod receiver;
mod service;
mod spans;
mod start;
mod token;
mod totals;

use std::time::Duration;

use load::Load;
use prometheus::Prometheus;
use service::Service;
use totals::Totals;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs programs: run tests/run end_to_end"]
async fn every_number_is_right() {
    programs::require();
    let mut service = Service::start().await;
    let text_only = proxy::text_only(service.admin).await;
    let prometheus = Prometheus::start(service.admin, text_only).await;

    let mut load = Load::new(service.address);
    load.run().await;
    println!("sent {} requests", load.sent());
    assert!(load.sent() >= 2000);

    // Two scrapes and a sample of the gauges after the last answer.
    tokio::time::sleep(Duration::from_secs(4)).await;
    for job in ["text", "openmetrics"] {
        let told = Totals::told(&prometheus, job).await;
        load.totals.assert_equal(&told, job);
    }
    formats::check(service.admin).await;

    let lines = service.stop().await;
    log_lines::check(&lines, &load);
}
