//! The floor of a scrape: the very bytes that goldsignal writes, with the least work that can lead to them.
//!
//! The text of every line is known up to its value, in one piece of memory. Left to do are the values, as their
//! cells are striped: a load from each of the two columns that were recorded to, a sum, for buckets a running
//! one; to write it with the fastest formatters that there are; and to hand the text out in pieces of 8 KiB.
//! Keeping all text costs more memory than everything else of a series, so no library does: they make it from
//! names and labels at each scrape.

use std::hint::black_box;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

const PIECE: usize = 8 * 1024;

struct Floor {
    text: String,
    lines: Vec<(Range<usize>, Value)>,
    columns: [Vec<AtomicU64>; 2],
}

/// What a line ends with.
#[derive(Clone, Copy, PartialEq)]
enum Value {
    /// Known beforehand: when a series began.
    Known,
    /// The count of the next cell.
    Count,
    /// That and those of the buckets before it.
    Bucket,
    /// The sum of all buckets, which ends a histogram.
    Total,
    /// An `f64` in the next cell.
    Sum,
}

/// What writes the lines of `family` in `text`.
///
/// # Panics
/// When what it writes is not the same.
pub(super) fn of(text: &str, family: &str) -> impl Fn() + Sync + use<> {
    let is_of = |line: &&str| line.strip_prefix(family).is_some_and(|rest| !rest.starts_with(' '));
    let lines: Vec<_> = text.lines().filter(is_of).filter(|line| line.contains('{')).collect();
    let mut floor = Floor { text: String::new(), lines: Vec::new(), columns: Default::default() };
    let mut before = 0;
    for line in &lines {
        floor.know(line, &mut before);
    }
    let mut written = Vec::new();
    floor.write(&mut Vec::new(), |piece| written.extend_from_slice(piece));
    let expected: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    assert!(!lines.is_empty() && written == expected.as_bytes(), "the floor writes something else");

    let buffer = Mutex::new(Vec::new());
    move || {
        floor.write(&mut buffer.lock().expect("nobody panics"), |piece| {
            black_box(piece);
        });
    }
}

impl Floor {
    /// Takes a line apart; `before` is the count of the buckets before it.
    fn know(&mut self, line: &str, before: &mut u64) {
        let (front, text) = line.rsplit_once(' ').expect("a sample has a value");
        let name = front.split('{').next().unwrap_or_default();
        let value = match name.rsplit('_').next() {
            Some("created") => Value::Known,
            Some("bucket") => Value::Bucket,
            Some("count") => Value::Total,
            Some("sum") => Value::Sum,
            _ => Value::Count,
        };
        let start = self.text.len();
        self.text.push_str(front);
        self.text.push(' ');
        let count = || text.parse::<u64>().expect("a whole number");
        match value {
            Value::Known => self.text.push_str(text),
            // In two columns, as it was counted.
            Value::Count => self.cell(count() / 2, count() - count() / 2),
            Value::Bucket => {
                let single = count() - std::mem::replace(before, count());
                self.cell(single / 2, single - single / 2);
            }
            Value::Total => *before = 0,
            Value::Sum => {
                let sum: f64 = text.parse().expect("a number");
                self.cell(sum.to_bits(), 0.0_f64.to_bits());
            }
        }
        self.lines.push((start..self.text.len(), value));
    }

    fn cell(&mut self, first: u64, second: u64) {
        for (column, value) in self.columns.iter_mut().zip([first, second]) {
            column.push(AtomicU64::new(value));
        }
    }

    fn write(&self, out: &mut Vec<u8>, mut piece: impl FnMut(&[u8])) {
        let [first, second] = &self.columns;
        let mut cells = first
            .iter()
            .zip(second)
            .map(|(first, second)| (first.load(Ordering::Acquire), second.load(Ordering::Acquire)));
        let mut cell = || cells.next().unwrap_or_default();
        let total = |(first, second)| first + second;
        let mut running = 0;
        for (front, value) in &self.lines {
            out.extend_from_slice(&self.text.as_bytes()[front.clone()]);
            match value {
                Value::Known => {}
                Value::Count => whole(out, total(cell())),
                Value::Bucket => {
                    running += total(cell());
                    whole(out, running);
                }
                Value::Total => whole(out, std::mem::take(&mut running)),
                Value::Sum => {
                    let (first, second) = cell();
                    let sum = f64::from_bits(first) + f64::from_bits(second);
                    out.extend_from_slice(zmij::Buffer::new().format(sum).as_bytes());
                }
            }
            out.push(b'\n');
            if out.len() >= PIECE {
                piece(out);
                out.clear();
            }
        }
        piece(out);
        out.clear();
    }
}

fn whole(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}
