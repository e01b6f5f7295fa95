//! How many events an indicator had, from one evaluation of the rules to the next.

use crate::operate::facts::Facts;
use crate::operate::indicator::Indicator;
use crate::operate::promql::{Expr, Window, call};
use crate::operate::rules::INTERVAL;
use crate::operate::rules::recorded::{BAD_INCREASE, TOTAL_INCREASE, increases};

/// The most points of one question. Prometheus and Mimir refuse more than 11,000.
const POINTS: u64 = 8_640;

/// A range of times at equal distances, in milliseconds since 1970. Both ends belong to it, and all are multiples of
/// the distance, as caches of the servers expect it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) step: u64,
}

impl Span {
    /// The times of the last `length` milliseconds before `now`.
    pub(super) const fn before(now: u64, length: u64, step: u64) -> Self {
        let end = now / step * step;
        Self { start: end.saturating_sub(length) / step * step + step, end, step }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a year has a million steps")]
    pub(super) const fn steps(self) -> usize {
        ((self.end + self.step - self.start) / self.step) as usize
    }

    /// The step at this time, if it belongs to the span.
    pub(super) fn index(self, time: u64) -> Option<usize> {
        let after = time.checked_sub(self.start)? / self.step;
        usize::try_from(after).ok().filter(|index| *index < self.steps())
    }

    pub(super) const fn time(self, index: usize) -> u64 {
        self.start + index as u64 * self.step
    }

    fn chunks(self) -> impl Iterator<Item = Self> {
        let length = POINTS * self.step;
        let starts = (0..).map(move |number| self.start + number * length);
        starts.take_while(move |start| *start <= self.end).map(move |start| Self {
            start,
            end: (start + length - self.step).min(self.end),
            step: self.step,
        })
    }
}

/// Answers the sum of all series of an expression at each time of a span.
pub(super) type Ask<'a> = &'a dyn Fn(&Expr, Span) -> Result<Vec<Option<f64>>, String>;

/// Where the numbers come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Source {
    /// How many steps were recorded by the rules.
    pub(super) recorded: usize,
    /// How many were computed from the counters.
    pub(super) counted: usize,
}

/// The events of an indicator. Index `i` is what came after the step before it, up to that step.
#[derive(Debug)]
pub(super) struct History {
    pub(super) span: Span,
    pub(super) source: Source,
    /// The first and the last step that have a sample.
    pub(super) known: Option<(usize, usize)>,
    total: Sums,
    bad: Sums,
    failing: Sums,
}

/// The sums of all numbers before each index, so that the sum of a window is a difference.
#[derive(Debug)]
struct Sums(Vec<f64>);

impl Sums {
    fn of(numbers: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let sums = numbers.map(|number| {
            sum += number;
            sum
        });
        Self(std::iter::once(0.0).chain(sums).collect())
    }

    /// The sum from index `from` to index `to`, which are both in it.
    fn between(&self, from: usize, to: usize) -> f64 {
        self.0[to + 1] - self.0[from]
    }
}

/// How many events there were, and how many of these were bad.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Events {
    pub(super) all: f64,
    pub(super) bad: f64,
}

impl Events {
    /// The share of bad ones, if there were any events.
    pub(super) fn bad_share(self) -> Option<f64> {
        (self.all > 0.0).then(|| self.bad / self.all)
    }
}

impl History {
    /// Asks for the steps of `span`, the last ones first. Before the step `from` only windows reach back, and what they
    /// need ends where the data end.
    pub(super) fn download(
        ask: Ask<'_>,
        indicator: &Indicator,
        facts: &Facts,
        span: Span,
        from: usize,
    ) -> Result<Self, String> {
        let mut all = vec![None; span.steps()];
        let mut source = Source::default();
        for chunk in span.chunks().collect::<Vec<_>>().into_iter().rev() {
            let steps = steps(ask, indicator, facts, chunk, &mut source)?;
            let is_empty = steps.iter().all(Option::is_none);
            let begin = span.index(chunk.start).unwrap_or_default();
            all[begin..begin + steps.len()].copy_from_slice(&steps);
            if is_empty && begin < from {
                break;
            }
        }
        Ok(Self::new(span, source, &all))
    }

    pub(super) fn new(span: Span, source: Source, all: &[Option<Events>]) -> Self {
        let known = |step: &Option<Events>| step.is_some();
        let known = all.iter().position(known).zip(all.iter().rposition(known));
        let numbers =
            |of: fn(Events) -> f64| Sums::of(all.iter().map(move |step| step.map_or(0.0, of)));
        Self {
            span,
            source,
            known,
            total: numbers(|events| events.all),
            bad: numbers(|events| events.bad),
            failing: numbers(|events| events.bad.min(1.0)),
        }
    }

    /// The events from one step to another, which both count.
    pub(super) fn events(&self, from: usize, to: usize) -> Events {
        Events { all: self.total.between(from, to), bad: self.bad.between(from, to) }
    }

    /// The events of a window of the rules that ends with this step.
    pub(super) fn window(&self, window: Window, to: usize) -> Events {
        self.events(first(window, to), to)
    }

    /// How many steps of a window had bad events.
    pub(super) fn failing(&self, window: Window, to: usize) -> f64 {
        self.failing.between(first(window, to), to)
    }
}

/// The first step of a window that ends with the step `to`, as far as there is a history. Windows are those of the
/// rules before any scaling for tests, and so is their interval.
fn first(window: Window, to: usize) -> usize {
    (to + 1).saturating_sub(steps_of(window))
}

/// How many evaluations of the rules a window has.
pub(super) fn steps_of(window: Window) -> usize {
    let steps = window.as_milliseconds() / INTERVAL.as_milliseconds();
    usize::try_from(steps).unwrap_or(usize::MAX)
}

/// What the rules recorded, and where they did not, what they would have recorded.
fn steps(
    ask: Ask<'_>,
    indicator: &Indicator,
    facts: &Facts,
    span: Span,
    source: &mut Source,
) -> Result<Vec<Option<Events>>, String> {
    // A window one millisecond shorter than the step: in Prometheus 2 both ends belong to a window, and a sample at an
    // end would count twice.
    let window = Window::milliseconds(span.step - 1);
    let sum = |record| call("sum_over_time", [indicator.recorded(facts, record).over(window)]);
    let mut steps = events(ask, span, &sum(TOTAL_INCREASE), &sum(BAD_INCREASE))?;
    let recorded = steps.iter().flatten().count();
    source.recorded += recorded;
    // Of a rule that is evaluated regularly a step may have no sample, and its neighbour two.
    if recorded * 100 < steps.len() * 99 {
        let [total, bad] = increases(indicator, facts);
        let counted = events(ask, span, &total, &bad)?;
        for (step, counted) in steps.iter_mut().zip(counted) {
            if step.is_none() {
                *step = counted;
                source.counted += usize::from(counted.is_some());
            }
        }
    }
    Ok(steps)
}

fn events(
    ask: Ask<'_>,
    span: Span,
    total: &Expr,
    bad: &Expr,
) -> Result<Vec<Option<Events>>, String> {
    let total = ask(total, span)?;
    if total.iter().all(Option::is_none) {
        return Ok(vec![None; span.steps()]);
    }
    let bad = ask(bad, span)?;
    let both = total.into_iter().zip(bad);
    // There is no series of bad events before the first one.
    Ok(both.map(|(all, bad)| Some(Events { all: all?, bad: bad.unwrap_or(0.0) })).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_asked_for_in_parts_that_servers_accept() {
        let span = Span::before(10_000_000_017, 20_000 * 30_000, 30_000);
        assert_eq!((span.end, span.steps()), (9_999_990_000, 20_000));
        let chunks: Vec<_> = span.chunks().collect();
        assert_eq!(chunks.iter().map(|one| one.steps()).collect::<Vec<_>>(), [8_640, 8_640, 2_720]);
        assert!(chunks.windows(2).all(|pair| pair[0].end + 30_000 == pair[1].start));
        assert_eq!((chunks[0].start, chunks[2].end), (span.start, span.end));
        assert_eq!(span.index(span.time(7) + 29_999), Some(7));
        assert_eq!((span.index(span.start - 1), span.index(span.end + 30_000)), (None, None));
    }

    #[test]
    fn the_sum_of_a_window_is_that_of_its_steps() {
        let span = Span { start: 30_000, end: 30 * 30_000, step: 30_000 };
        let step = |number: u32| {
            Some(Events { all: f64::from(number), bad: f64::from(u32::from(number % 3 == 0)) })
        };
        let all: Vec<_> =
            (0..30).map(|number| if number < 2 { None } else { step(number) }).collect();
        let history = History::new(span, Source::default(), &all);
        assert_eq!(history.known, Some((2, 29)));
        // Ten half-minutes: 20 to 29.
        assert_eq!(history.window(Window::minutes(5), 29), Events { all: 245.0, bad: 3.0 });
        // Before the history nothing is known.
        assert_eq!(history.window(Window::hours(1), 3), Events { all: 5.0, bad: 1.0 });
    }
}
