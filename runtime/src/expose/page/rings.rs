//! The last samples of many counters, in bounded memory.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

/// How much younger than its age a sample may be taken to be: a timer is never late by more on an idle machine.
const TOLERANCE: Duration = Duration::from_millis(500);

/// When the last samples were taken. Each has a number, and is in the slot of that number in every ring.
#[derive(Debug)]
pub(super) struct Times {
    /// The number of the next sample.
    next: usize,
    last: VecDeque<Instant>,
}

impl Times {
    /// Remembers so many samples.
    pub(super) fn of(samples: usize) -> Self {
        Self { next: 0, last: VecDeque::with_capacity(samples) }
    }

    /// A sample is taken. Returns its number.
    pub(super) fn begin(&mut self, now: Instant) -> usize {
        if self.last.len() == self.last.capacity() {
            self.last.pop_front();
        }
        self.last.push_back(now);
        self.next += 1;
        self.next - 1
    }

    /// The oldest of the last `among` samples that is at most so old: its number, and its age in seconds.
    pub(super) fn oldest(
        &self,
        now: Instant,
        most: Duration,
        among: usize,
    ) -> Option<(usize, f64)> {
        let kept = self.last.iter().enumerate().skip(self.last.len().saturating_sub(among));
        let mut aged = kept.map(|(index, time)| (index, now.saturating_duration_since(*time)));
        let (index, age) = aged.find(|(_, age)| *age <= most + TOLERANCE)?;
        Some((self.next - self.last.len() + index, age.as_secs_f64()))
    }

    /// The numbers of the last two samples, and the seconds between them.
    pub(super) fn last_two(&self) -> Option<(usize, usize, f64)> {
        let mut newest = self.last.iter().rev();
        let (last, before) = (newest.next()?, newest.next()?);
        let between = last.saturating_duration_since(*before).as_secs_f64();
        Some((self.next - 2, self.next - 1, between))
    }

    /// The numbers of the samples that are remembered, the oldest first.
    pub(super) fn numbers(&self) -> std::ops::Range<usize> {
        self.next - self.last.len()..self.next
    }
}

/// What something had in earlier samples that has no ring yet.
#[derive(Clone, Copy, Debug)]
pub(super) enum Before<V> {
    /// This, in any case.
    Is(V),
    /// This, if the last sample had a ring for everything, so that it is new; else what it has now.
    IsIfNew(V),
}

/// A ring of samples for each of many things. Each sample has some numbers.
#[derive(Debug)]
pub(super) struct Rings<V> {
    slots: usize,
    /// The most rings, and the most bytes of all of them.
    most: usize,
    most_bytes: usize,
    bytes: usize,
    of: HashMap<u64, Box<[V]>>,
    /// Whether the last sample had a ring for everything: then what has none yet has counted nothing before.
    is_complete: bool,
}

impl<V: Copy> Rings<V> {
    pub(super) fn new(slots: usize, most: usize, most_bytes: usize) -> Self {
        Self { slots, most, most_bytes, bytes: 0, of: HashMap::new(), is_complete: false }
    }

    /// Stores the sample with `number`. What is beyond the limits is left out, the last ones first; what is not in `sample`
    /// is forgotten.
    pub(super) fn write(&mut self, number: usize, sample: &[(u64, Vec<V>)], before: Before<V>) {
        let kept = &sample[..sample.len().min(self.most)];
        self.forget_others(kept);
        let mut is_complete = kept.len() == sample.len();
        for (key, values) in kept {
            match self.ring(*key, values, before) {
                Some(ring) => {
                    let first = number % (ring.len() / values.len()) * values.len();
                    ring[first..first + values.len()].copy_from_slice(values);
                }
                None => is_complete = false,
            }
        }
        self.is_complete = is_complete;
    }

    /// Removes the rings that are not of `kept`, if there are any.
    fn forget_others(&mut self, kept: &[(u64, Vec<V>)]) {
        let known = kept.iter().filter(|(key, _)| self.of.contains_key(key)).count();
        if known < self.of.len() {
            let keys: HashSet<u64> = kept.iter().map(|(key, _)| *key).collect();
            self.of.retain(|key, _| keys.contains(key));
            self.bytes = self.of.values().map(|ring| size_of_val::<[V]>(ring)).sum();
        }
    }

    /// The ring of `key`. Makes one if there is none; `None` if it would take too much memory.
    fn ring(&mut self, key: u64, values: &[V], before: Before<V>) -> Option<&mut Box<[V]>> {
        let (slots, is_complete) = (self.slots, self.is_complete);
        match self.of.entry(key) {
            Entry::Occupied(ring) => Some(ring.into_mut()),
            Entry::Vacant(vacant) => {
                let bytes = slots * size_of_val(values);
                if values.is_empty() || self.bytes + bytes > self.most_bytes {
                    return None;
                }
                self.bytes += bytes;
                let ring = match before {
                    Before::Is(before) => vec![before; slots * values.len()],
                    Before::IsIfNew(before) if is_complete => vec![before; slots * values.len()],
                    Before::IsIfNew(_) => values.repeat(slots),
                };
                Some(vacant.insert(ring.into_boxed_slice()))
            }
        }
    }

    /// Whether what has no ring had counted nothing at the last sample.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The sample of a thing, if it has a ring.
    pub(super) fn at(&self, key: u64, number: usize) -> Option<&[V]> {
        let ring = self.of.get(&key)?;
        let width = ring.len() / self.slots;
        let first = number % self.slots * width;
        ring.get(first..first + width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn samples_are_found_by_their_age() {
        let (start, mut times) = (Instant::now(), Times::of(3));
        assert!(times.oldest(start, seconds(60), 3).is_none() && times.last_two().is_none());
        for number in 0..5 {
            assert_eq!(times.begin(start + seconds(10) * u32::try_from(number).unwrap()), number);
        }
        let now = start + seconds(45);
        assert_eq!(times.oldest(now, seconds(60), 3), Some((2, 25.0)), "the oldest that is kept");
        assert_eq!(times.oldest(now, seconds(60), 2), Some((3, 15.0)));
        assert_eq!(times.oldest(now, seconds(10), 3), Some((4, 5.0)));
        assert_eq!(times.oldest(now, seconds(1), 3), None);
        assert_eq!(times.last_two(), Some((3, 4, 10.0)));
        assert_eq!(times.numbers(), 2..5);
    }

    #[test]
    fn a_ring_has_the_last_samples() {
        let mut rings = Rings::new(2, 10, 1000);
        for number in 0..3 {
            rings.write(number, &[(7, vec![u32::try_from(number).unwrap(), 1])], Before::Is(0));
        }
        assert_eq!(rings.at(7, 2), Some(&[2, 1][..]));
        assert_eq!(rings.at(7, 1), Some(&[1, 1][..]));
        assert_eq!(rings.at(8, 2), None);
    }

    #[test]
    fn what_is_new_has_counted_nothing_before_unless_it_was_left_out() {
        let mut rings = Rings::new(3, 2, 1000);
        let before = Before::IsIfNew(0);
        rings.write(0, &[(1, vec![5_u32])], before);
        assert_eq!(rings.at(1, 2), Some(&[5][..]), "the first sample says nothing of the past");
        rings.write(1, &[(1, vec![5]), (2, vec![9]), (3, vec![4])], before);
        assert_eq!(rings.at(2, 0), Some(&[0][..]), "it is new");
        assert_eq!(rings.at(3, 1), None, "beyond the limit");
        rings.write(2, &[(3, vec![6]), (1, vec![5])], before);
        assert_eq!(rings.at(3, 1), Some(&[6][..]), "it had been left out");
        assert_eq!(rings.at(2, 2), None, "it is gone");
    }

    #[test]
    fn the_memory_of_all_rings_is_bounded() {
        let mut rings = Rings::new(4, 1000, 10 * 4 * 8);
        let sample: Vec<_> = (0..100).map(|key| (key, vec![1_u64])).collect();
        for number in 0..3 {
            rings.write(number, &sample, Before::Is(0));
            let kept = (0..100).filter(|key| rings.at(*key, number).is_some()).count();
            assert_eq!((kept, rings.bytes), (10, 320));
        }
    }
}
