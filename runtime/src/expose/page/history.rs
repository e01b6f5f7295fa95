//! The past of the service, as far as the page shows it.
//!
//! The admin listener's thread takes a sample of all requests every 2 s, and of each endpoint, function, objective and
//! metric every 10 s. Nothing is added to a request.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::quantile::{Grid, in_float};
use super::reading::Reading;
use super::recent::{Recent, Totals, kept, low_bits};
use super::rings::{Before, Rings, Times};
use crate::observe::endpoint::Endpoint;
use crate::observe::objective::Indicator;
use crate::observe::read::counts::Counts;

/// How often the requests of the service are sampled, and how many samples are kept: ten minutes.
pub(super) const INTERVAL: Duration = Duration::from_secs(2);
const POINTS: usize = 300;

/// How often everything else is sampled, and how many samples are kept: five minutes, and one minute of the counts that
/// quantiles are made of.
pub(super) const PART_INTERVAL: Duration = Duration::from_secs(10);
const LONG: usize = 31;
const SHORT: usize = 7;

/// The time that "recent" means, that in which a budget burns, and that in which a processor is busy.
const RECENT: Duration = Duration::from_secs(60);
const BURN: Duration = Duration::from_secs(300);
const BUSY: Duration = Duration::from_secs(20);

/// The most endpoints, functions and objectives that have a past; those with the most events come first.
pub(super) const MOST: usize = 512;
/// The most series of what grows; there may be a quarter as many gauges.
const MOST_SERIES: usize = 1024;

/// The most bytes of each kind of sample.
const MOST_BYTES: usize = 320 * 1024;

/// The past.
#[derive(Debug)]
pub(super) struct History {
    grid: Grid,
    points: VecDeque<Point>,
    last: Option<(Instant, Totals)>,
    times: Times,
    service: VecDeque<(usize, Totals)>,
    endpoints: Rings<u32>,
    endpoint_points: Rings<f32>,
    functions: Rings<u32>,
    indicators: Rings<u32>,
    /// What only grows: metrics of the service, and seconds in which processors were busy.
    series: Rings<f64>,
    gauges: Rings<f64>,
    /// The share of the busiest limit at the last reading.
    pub(super) busy: Option<f64>,
}

/// The service between two samples.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    /// Unix seconds.
    pub(super) time: f64,
    pub(super) rate: f32,
    pub(super) error_ratio: Option<f32>,
    pub(super) client_error_ratio: Option<f32>,
    pub(super) p50: Option<f32>,
    pub(super) p99: Option<f32>,
    pub(super) in_flight: f32,
    pub(super) busy: Option<f32>,
}

/// An endpoint between two samples; a number is NaN if it is not known.
#[derive(Clone, Copy, Debug)]
pub(super) struct EndpointPoint {
    pub(super) rate: f32,
    pub(super) errors: f32,
    pub(super) p99: f32,
}

impl EndpointPoint {
    const UNKNOWN: Self = Self { rate: f32::NAN, errors: f32::NAN, p99: f32::NAN };
}

/// The key of an endpoint or a function.
fn key<T>(of: &'static T) -> u64 {
    std::ptr::from_ref(of).addr() as u64
}

impl History {
    pub(super) fn new(grid: Grid) -> Self {
        Self {
            grid,
            points: VecDeque::with_capacity(POINTS),
            last: None,
            times: Times::of(LONG),
            service: VecDeque::with_capacity(SHORT),
            endpoints: Rings::new(SHORT, MOST, MOST_BYTES),
            endpoint_points: Rings::new(LONG - 1, MOST, MOST_BYTES),
            functions: Rings::new(SHORT, MOST, MOST_BYTES),
            indicators: Rings::new(LONG, MOST, MOST_BYTES),
            series: Rings::new(LONG, MOST_SERIES, MOST_BYTES),
            gauges: Rings::new(LONG, MOST_SERIES / 4, MOST_BYTES),
            busy: None,
        }
    }

    /// The bounds of the durations of all requests.
    pub(super) fn bounds(&self) -> &[f64] {
        &self.grid.bounds
    }

    pub(super) fn totals(&self, endpoints: &[Counts<Endpoint>]) -> Totals {
        Totals::of(endpoints, &self.grid)
    }

    /// Stores a sample of all requests, at `time` in Unix seconds.
    pub(super) fn sample_service(&mut self, now: Instant, time: f64, totals: Totals) {
        if let Some((then, before)) = &self.last {
            let recent = totals.since(before, now.saturating_duration_since(*then).as_secs_f64());
            let quantile = |q| recent.quantile(q, &self.grid.bounds).map(short);
            let point = Point {
                time,
                rate: short(recent.rate()),
                error_ratio: recent.error_ratio().map(short),
                client_error_ratio: recent.client_error_ratio().map(short),
                p50: quantile(0.5),
                p99: quantile(0.99),
                in_flight: short(in_float(totals.in_flight)),
                busy: self.busy.map(short),
            };
            if self.points.len() == POINTS {
                self.points.pop_front();
            }
            self.points.push_back(point);
        }
        self.last = Some((now, totals));
    }

    /// Stores a sample of everything else.
    pub(super) fn sample_parts(&mut self, reading: &Reading) {
        let number = self.times.begin(reading.now);
        if self.service.len() == SHORT {
            self.service.pop_front();
        }
        self.service.push_back((number, self.totals(&reading.endpoints)));
        self.endpoints.write(number, &all(&reading.endpoints), Before::IsIfNew(0));
        self.functions.write(number, &all(&reading.functions), Before::IsIfNew(0));
        let indicator = |(indicator, (good, bad)): &(Indicator, (u64, u64))| {
            (indicator.good as u64, vec![low_bits(*good), low_bits(*bad)])
        };
        let indicators: Vec<_> = reading.indicators.iter().map(indicator).collect();
        self.indicators.write(number, &indicators, Before::IsIfNew(0));
        let values = |grows| -> Vec<_> {
            reading.families.values(grows).map(|(key, value)| (key, vec![value])).collect()
        };
        self.series.write(number, &values(true), Before::IsIfNew(0.0));
        self.gauges.write(number, &values(false), Before::Is(f64::NAN));
        let points: Vec<_> =
            reading.endpoints.iter().take(MOST).map(|counts| self.new_point(counts)).collect();
        self.endpoint_points.write(number, &points, Before::Is(f32::NAN));
    }

    fn new_point(&self, counts: &Counts<Endpoint>) -> (u64, Vec<f32>) {
        let key = key(counts.of);
        let recent = self.times.last_two().and_then(|(before, last, seconds)| {
            let (before, last) = (self.endpoints.at(key, before)?, self.endpoints.at(key, last)?);
            Some(Recent::between(last, before, seconds))
        });
        let point = recent.map_or(EndpointPoint::UNKNOWN, |recent| EndpointPoint {
            rate: short(recent.rate()),
            errors: short(recent.error_rate()),
            p99: recent.quantile(0.99, counts.bounds).map_or(f32::NAN, short),
        });
        (key, vec![point.rate, point.errors, point.p99])
    }

    /// The service in the last ten minutes, the oldest point first.
    pub(super) fn points(&self) -> impl Iterator<Item = &Point> {
        self.points.iter()
    }

    /// An endpoint in the last five minutes, the oldest point first; empty if it has no past.
    pub(super) fn endpoint_points(&self, endpoint: &'static Endpoint) -> Vec<EndpointPoint> {
        let known = self
            .times
            .numbers()
            .skip(1)
            .map(|number| self.endpoint_points.at(key(endpoint), number));
        let point = |values: &[f32]| match *values {
            [rate, errors, p99] => EndpointPoint { rate, errors, p99 },
            _ => EndpointPoint::UNKNOWN,
        };
        known.map_while(|values| values.map(point)).collect()
    }

    /// The requests of the last minute.
    pub(super) fn recent_service(&self, now: Instant, totals: &Totals) -> Recent {
        let before = self.times.oldest(now, RECENT, SHORT).and_then(|(number, seconds)| {
            let (_, before) = self.service.iter().find(|(own, _)| *own == number)?;
            Some(totals.since(before, seconds))
        });
        before.unwrap_or_default()
    }

    /// The requests of an endpoint in the last minute.
    pub(super) fn recent_endpoint(&self, now: Instant, counts: &Counts<Endpoint>) -> Recent {
        self.recent(now, &self.endpoints, counts)
    }

    /// The calls of a function in the last minute.
    pub(super) fn recent_function<T>(&self, now: Instant, counts: &Counts<T>) -> Recent {
        self.recent(now, &self.functions, counts)
    }

    fn recent<T>(&self, now: Instant, rings: &Rings<u32>, counts: &Counts<T>) -> Recent {
        let before = self.times.oldest(now, RECENT, SHORT).and_then(|(number, seconds)| {
            let counted = kept(counts);
            match rings.at(key(counts.of), number) {
                Some(before) => Some(Recent::between(&counted, before, seconds)),
                // It is new since the last sample: all that it has counted is recent.
                None if rings.is_complete() => {
                    Some(Recent::between(&counted, &vec![0; counted.len()], seconds))
                }
                None => None,
            }
        });
        before.unwrap_or_default()
    }

    /// The events of an indicator in the last five minutes: in how many seconds, how many were good, and how many bad.
    pub(super) fn burn(
        &self,
        now: Instant,
        indicator: &Indicator,
        (good, bad): (u64, u64),
    ) -> (f64, u32, u32) {
        let before = self.times.oldest(now, BURN, LONG).and_then(|(number, seconds)| {
            match *self.indicators.at(indicator.good as u64, number)? {
                [good, bad] => Some((seconds, good, bad)),
                _ => None,
            }
        });
        before.map_or((0.0, 0, 0), |(seconds, good_before, bad_before)| {
            let since = |count, before| low_bits(count).wrapping_sub(before);
            (seconds, since(good, good_before), since(bad, bad_before))
        })
    }

    /// What `key` was in the last five minutes, the oldest first, NaN where that is not known: its growth in a second if it
    /// `grows`, or its values. Empty if it has no past.
    pub(super) fn values(&self, key: u64, grows: bool) -> Vec<f64> {
        let rings = if grows { &self.series } else { &self.gauges };
        let at = |number| rings.at(key, number)?.first().copied();
        let seconds = PART_INTERVAL.as_secs_f64();
        let value = |number: usize| match (at(number), grows) {
            (now, false) => now,
            (now, true) => Some((now? - at(number - 1)?) / seconds),
        };
        self.times.numbers().skip(1).map_while(value).collect()
    }

    /// The newest point of the service.
    pub(super) fn newest(&self) -> Option<&Point> {
        self.points.back()
    }

    /// How much a counter grew in a second, in the last minute.
    pub(super) fn growth(&self, now: Instant, key: u64, value: f64) -> Option<f64> {
        self.growth_in(RECENT, now, key, value)
    }

    /// How many seconds a processor or worker was busy in a second, in the last 10 to 20 s.
    pub(super) fn busy_share(&self, now: Instant, key: u64, seconds: f64) -> Option<f64> {
        self.growth_in(BUSY, now, key, seconds)
    }

    fn growth_in(&self, time: Duration, now: Instant, key: u64, value: f64) -> Option<f64> {
        let (number, seconds) = self.times.oldest(now, time, LONG)?;
        let before = self.series.at(key, number)?.first()?;
        (seconds > 0.0 && value >= *before).then(|| (value - before) / seconds)
    }
}

fn all<T>(counts: &[Counts<T>]) -> Vec<(u64, Vec<u32>)> {
    counts.iter().map(|counts| (key(counts.of), kept(counts))).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "a point of a chart needs no more digits")]
fn short(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests;
