//! Objectives as constants, paths and associated constants, in modules, with buckets, with `long` and on a block.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use std::time::Duration;

use goldsignal::{Slo, observed};

const API: Slo = Slo::new("api", "https://runbooks.example/api").availability(99.9);

mod objectives {
    use std::time::Duration;

    use goldsignal::Slo;

    pub(crate) const FAST: Slo = Slo::new("fast", "https://runbooks.example/fast")
        .availability(99.5)
        .latency(99.0, Duration::from_millis(250));
}

struct Jobs;

impl Jobs {
    const SLO: Slo = Slo::new("jobs", "runbooks/jobs.md").latency(95.0, Duration::from_mins(10));
}

#[observed(slo = API)]
fn constant() -> Result<u8, std::fmt::Error> {
    Ok(1)
}

#[observed(get = "/path", slo = objectives::FAST, buckets = [0.05, 0.25, 1])]
async fn path() -> &'static str {
    "path"
}

#[observed(slo = Jobs::SLO, long, name = "jobs.night")]
async fn associated() {}

#[observed(slo = crate::objectives::FAST)]
impl Jobs {
    fn inherited(&self) -> bool {
        matches!(self, Self)
    }

    #[observed(slo = Jobs::SLO, long)]
    async fn own(self: Box<Self>) {}
}

const _: Duration = Duration::ZERO;

fn main() {
    assert_eq!(constant(), Ok(1));
    assert!(Jobs.inherited());
    futures::executor::block_on(async {
        assert_eq!(path().await, "path");
        associated().await;
        Box::new(Jobs).own().await;
    });
}
