//! Unknown, repeated and misplaced options.
//! 7 errors: each option has one.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
#[metrics(prefx = "todo_")]
#[metric(name = "x_total")]
struct Wrong {
    /// Tasks.
    #[metric(nmae = "tasks_total")]
    tasks_total: Counter,
    /// Jobs.
    #[metric(name = "jobs_total", name = "works_total")]
    jobs_total: Counter,
    /// Calls.
    #[metric(budget = "many", buckets, help = 3)]
    calls_total: Counter,
}

#[derive(Metrics)]
#[metrics(prefix = "to-do_")]
struct Prefixed {
    /// Tasks.
    #[metric(budget = 0)]
    tasks_total: Counter,
}

fn main() {}
