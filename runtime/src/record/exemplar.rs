//! Exemplars: of each bucket of a latency, a recent sampled observation that fell into it.
//!
//! An exemplar is six words that are written by whoever comes, without waiting: a writer that finds another
//! one at work leaves it, as one recent observation is as good as another. A reader that finds a writer at
//! work, or finds out that one was, has none to show this time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::sync::{AtomicU64, Ordering};

/// How many words an exemplar takes.
pub(crate) const WORDS: usize = 6;

/// The words of one exemplar. The first is a version: 0 when nothing was written yet, odd while someone writes.
pub(crate) type Words<'a> = [&'a AtomicU64; WORDS];

/// A span: the one that an exemplar names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its trace.
    pub trace_id: u128,
    /// Its id in the trace.
    pub span_id: u64,
}

/// An observed value, and whose it was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exemplar {
    /// The span that it was observed of.
    pub origin: Origin,
    /// The value, in the unit of the family.
    pub value: f64,
    /// When it was observed.
    pub time: SystemTime,
}

/// Writes `exemplar`, unless someone else is writing.
pub(crate) fn write([version, words @ ..]: Words<'_>, exemplar: &Exemplar) {
    let before = version.load(Ordering::Relaxed);
    if before % 2 == 1 {
        return;
    }
    // Acquires what the last writer released, so that two writers' words are never in disorder.
    let claimed = version.compare_exchange(before, before + 1, Ordering::AcqRel, Ordering::Relaxed);
    if claimed.is_err() {
        return;
    }
    for (word, value) in words.into_iter().zip(pack(exemplar)) {
        // Releases the odd version: who reads the word and then the version sees that it was odd.
        word.store(value, Ordering::Release);
    }
    version.store(before + 2, Ordering::Release);
}

/// Reads an exemplar, if there is a whole one.
pub(crate) fn read([version, words @ ..]: Words<'_>) -> Option<Exemplar> {
    let before = version.load(Ordering::Acquire);
    if before == 0 || before % 2 == 1 {
        return None;
    }
    let words = words.map(|word| word.load(Ordering::Acquire));
    (version.load(Ordering::Relaxed) == before).then(|| unpack(words))
}

fn pack(exemplar: &Exemplar) -> [u64; WORDS - 1] {
    let Exemplar { origin: Origin { trace_id, span_id }, value, time } = exemplar;
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let nanoseconds = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
    let [high, low] = halves(*trace_id);
    [high, low, *span_id, value.to_bits(), nanoseconds]
}

fn unpack([high, low, span_id, value, nanoseconds]: [u64; WORDS - 1]) -> Exemplar {
    Exemplar {
        origin: Origin { trace_id: (u128::from(high) << 64) | u128::from(low), span_id },
        value: f64::from_bits(value),
        time: UNIX_EPOCH + Duration::from_nanos(nanoseconds),
    }
}

fn halves(id: u128) -> [u64; 2] {
    let bytes = id.to_be_bytes();
    let half = |from: usize| {
        let mut half = [0; 8];
        half.copy_from_slice(&bytes[from..from + 8]);
        u64::from_be_bytes(half)
    };
    [half(0), half(8)]
}

#[cfg(test)]
fn example(number: u64) -> Exemplar {
    let trace_id = (u128::from(number) << 64) | u128::from(number);
    Exemplar {
        origin: Origin { trace_id, span_id: number },
        value: f64::from_bits(number),
        time: UNIX_EPOCH + Duration::from_nanos(number),
    }
}

#[cfg(all(test, not(goldsignal_loom)))]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let words: [AtomicU64; WORDS] = std::array::from_fn(|_| AtomicU64::new(0));
        assert_eq!(read(words.each_ref()), None);
        for number in [7, 1 << 60] {
            write(words.each_ref(), &example(number));
            assert_eq!(read(words.each_ref()), Some(example(number)));
        }
    }

    #[test]
    fn a_writer_that_never_ends_is_in_nobodys_way() {
        let words: [AtomicU64; WORDS] = std::array::from_fn(|_| AtomicU64::new(0));
        words[0].store(9, Ordering::Relaxed);
        write(words.each_ref(), &example(1));
        assert_eq!(read(words.each_ref()), None);
        assert_eq!(words[1].load(Ordering::Relaxed), 0);
    }
}

#[cfg(all(test, goldsignal_loom))]
mod loom_tests {
    use super::*;
    use loom::sync::Arc;
    use loom::thread;

    /// Two writers and a reader: what is read is one writer's, whole.
    #[test]
    fn no_exemplar_is_torn() {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(2);
        model.check(|| {
            let words: Arc<[AtomicU64; WORDS]> =
                Arc::new(std::array::from_fn(|_| AtomicU64::new(0)));
            let writers = [1, 2].map(|number| {
                let words = Arc::clone(&words);
                thread::spawn(move || write(words.each_ref(), &example(number)))
            });
            if let Some(read) = read(words.each_ref()) {
                assert_eq!(read, example(read.origin.span_id));
            }
            for writer in writers {
                writer.join().unwrap();
            }
            let read = read(words.each_ref()).unwrap();
            assert_eq!(read, example(read.origin.span_id));
        });
    }
}
