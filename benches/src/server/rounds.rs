//! The rounds in which servers are measured, in turn.

use std::time::Duration;

use super::Figures;
use super::load::Load;
use super::process::Server;

/// As many as a busy service has from its load balancer.
const CONNECTIONS: usize = 32;

/// One measurement of one server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round {
    /// Microseconds.
    processor: f64,
    p50: f64,
    p99: f64,
    requests_per_second: f64,
}

/// All measurements, by server.
pub(super) struct Rounds {
    cases: Vec<Case>,
}

struct Case {
    name: String,
    load: Load,
    /// How many requests were sent, also those that were not measured.
    requests: u64,
    rounds: Vec<Round>,
}

impl Rounds {
    /// Measures every server once in each round, in an order that rotates, so that what disturbs the machine disturbs all
    /// of them alike.
    ///
    /// # Errors
    /// If a request fails.
    pub(super) fn measure(servers: &[Server], rounds: usize, seconds: f64) -> Result<Self, String> {
        let mut cases = servers.iter().map(Case::connect).collect::<Result<Vec<_>, _>>()?;
        let duration = Duration::from_secs_f64(seconds);
        for round in 0..rounds {
            for offset in 0..servers.len() {
                let index = (round + offset) % servers.len();
                cases[index].measure(&servers[index], duration)?;
            }
        }
        Ok(Self { cases })
    }

    /// How many requests each server has answered.
    pub(super) fn requests(&self) -> impl Iterator<Item = u64> {
        self.cases.iter().map(|case| case.requests)
    }

    pub(super) fn figures(&self) -> Vec<Figures> {
        let Some(bare) = self.cases.first() else { return Vec::new() };
        self.cases.iter().map(|case| case.figures(bare)).collect()
    }
}

impl Case {
    fn connect(server: &Server) -> Result<Self, String> {
        let load = Load::connect(server.address(), CONNECTIONS);
        let load = load.map_err(|error| format!("`{}`: {error}", server.label()))?;
        Ok(Self { name: server.label().to_owned(), load, requests: 0, rounds: Vec::new() })
    }

    fn measure(&mut self, server: &Server, duration: Duration) -> Result<(), String> {
        // The caches have another server's code and data.
        self.run(duration / 10)?;
        let before = server.processor_time()?;
        let latencies = self.run(duration)?;
        let processor = server.processor_time()?.saturating_sub(before);
        self.rounds.push(Round::of(processor, latencies, duration));
        Ok(())
    }

    fn run(&mut self, duration: Duration) -> Result<Vec<Duration>, String> {
        let run = self.load.run(duration);
        let latencies = run.map_err(|error| format!("`{}`: {error}", self.name))?;
        self.requests += latencies.len() as u64;
        Ok(latencies)
    }

    fn figures(&self, bare: &Self) -> Figures {
        let of = |part: fn(&Round) -> f64| quartiles(self.rounds.iter().map(part));
        let pairs = self.rounds.iter().zip(&bare.rounds);
        // In the same round both were disturbed alike.
        let (low, added, high) =
            quartiles(pairs.map(|(ours, bare)| ours.processor - bare.processor));
        Figures {
            case: self.name.clone(),
            processor: of(|round| round.processor).1,
            added,
            added_quartiles: (low, high),
            p50: of(|round| round.p50).1,
            p99: of(|round| round.p99).1,
            requests_per_second: of(|round| round.requests_per_second).1,
            counts: None,
        }
    }
}

impl Round {
    #[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
    fn of(processor: Duration, mut latencies: Vec<Duration>, duration: Duration) -> Self {
        latencies.sort_unstable();
        let requests = latencies.len();
        let microseconds = |duration: Duration| duration.as_secs_f64() * 1e6;
        let at =
            |percent: usize| latencies.get(requests * percent / 100).copied().unwrap_or_default();
        Self {
            processor: microseconds(processor) / requests as f64,
            p50: microseconds(at(50)),
            p99: microseconds(at(99)),
            requests_per_second: requests as f64 / duration.as_secs_f64(),
        }
    }
}

/// The median, between the quartiles.
fn quartiles(values: impl Iterator<Item = f64>) -> (f64, f64, f64) {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let at = |part: usize| values.get(values.len() * part / 4).copied().unwrap_or(f64::NAN);
    (at(1), at(2), at(3))
}
