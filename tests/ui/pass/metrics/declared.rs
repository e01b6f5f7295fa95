//! Every option, with strict lints.
#![deny(warnings, missing_docs, clippy::pedantic)]
#![forbid(unsafe_code)]

use goldsignal::{Counter, Gauge, Histogram, Label, Labels, Metrics};

#[derive(Label)]
enum Plan {
    Free,
}

#[derive(Labels)]
struct By<'a> {
    plan: Plan,
    #[label(budget = 1_000)]
    tenant: &'a str,
}

const PAGES: &[f64] = &[1.0, 10.0, 100.0];

#[derive(Metrics)]
#[metrics(prefix = "todo_")]
struct Tasks {
    /// Tasks created,
    /// by plan and tenant.
    ///
    /// More text.
    created_total: Counter<By<'static>>,
    #[metric(help = "Tasks that wait.")]
    pending: Gauge,
    /// Time until done.
    age_seconds: Histogram,
    /// Size of an attachment.
    attachment_bytes: goldsignal::Histogram<By<'static>>,
    /// Length of a document.
    #[metric(unit = "pages", buckets = PAGES)]
    document_pages: Histogram,
    /// Load.
    #[metric(name = "load_ratio", buckets = [-1, 0, 0.5, 1e0])]
    load: Histogram,
    /// Bytes sent.
    sent_bytes_total: Counter,
    /// Many.
    #[metric(budget = 1_000_000)]
    r#type_total: Counter<By<'static>>,
}

fn main() {
    let tasks = Tasks::get();
    tasks.created_total.inc(By { plan: Plan::Free, tenant: &String::from("a") });
    tasks.pending.set(1);
    tasks.age_seconds.observe(1);
    tasks.attachment_bytes.observe(By { plan: Plan::Free, tenant: "a" }, 100);
    tasks.document_pages.observe(1);
    tasks.load.observe(0.5);
    tasks.sent_bytes_total.inc_by(100);
    tasks.type_total.inc(By { plan: Plan::Free, tenant: "b" });
}
