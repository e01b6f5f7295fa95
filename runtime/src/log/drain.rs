//! Writes batches of lines to a sink that may be slow, full, closed or broken.

use std::fmt::Debug;
use std::io::{self, ErrorKind, Write};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// How long to wait before retrying a sink that would block.
const AGAIN: Duration = Duration::from_millis(5);

/// Standard output without the standard library's own buffer. That buffer accepts lines before it
/// is known whether they can be written, so lost lines could not be counted.
#[cfg(unix)]
pub(super) fn stdout() -> Box<dyn Write + Send> {
    use std::os::fd::AsFd;
    match io::stdout().as_fd().try_clone_to_owned() {
        Ok(file) => Box::new(std::fs::File::from(file)),
        Err(_) => Box::new(io::stdout()),
    }
}

/// Standard output.
#[cfg(not(unix))]
pub(super) fn stdout() -> Box<dyn Write + Send> {
    Box::new(io::stdout())
}

/// Writes finished lines in another form, on the log's thread.
pub(crate) trait Render: Debug + Send + Sync {
    /// Appends what becomes of `line`, which may be several lines of text.
    fn render(&self, line: &str, out: &mut String);
}

/// A sink, with the state of its last write.
#[derive(Debug)]
pub(super) struct Drain<W> {
    sink: W,
    /// Whether the sink accepted the beginning of a line and refused its end: the next line must
    /// not be appended to it.
    torn: bool,
    /// The lines in another form.
    rendered: String,
    /// The end of each of them.
    ends: Vec<usize>,
}

/// How much capacity for lines in another form is kept between batches.
const KEPT: usize = 64 * 1024;

impl<W: Write> Drain<W> {
    pub(super) fn new(sink: W) -> Self {
        Self { sink, torn: false, rendered: String::new(), ends: Vec::new() }
    }

    /// Writes as many lines of `batch` as the sink accepts; returns how many it refused. A partly
    /// accepted line counts as refused.
    pub(super) fn write(&mut self, batch: &[u8]) -> u64 {
        let written = self.accepted(batch);
        count(&batch[written..])
    }

    /// Like [`write`](Self::write), in the form of `render`.
    pub(super) fn write_as(&mut self, render: &dyn Render, batch: &[u8]) -> u64 {
        let (mut text, mut ends) = (mem::take(&mut self.rendered), mem::take(&mut self.ends));
        for line in batch.split_inclusive(|byte| *byte == b'\n') {
            render.render(&String::from_utf8_lossy(line), &mut text);
            ends.push(text.len());
        }
        let written = self.accepted(text.as_bytes());
        let refused = ends.iter().filter(|end| **end > written).count();
        text.clear();
        text.shrink_to(KEPT);
        ends.clear();
        (self.rendered, self.ends) = (text, ends);
        u64::try_from(refused).unwrap_or(u64::MAX)
    }

    /// Writes `batch`, and returns how many of its bytes the sink accepted.
    fn accepted(&mut self, batch: &[u8]) -> usize {
        let mut written = 0;
        // The sink may be user code. Its panic would end the log's thread.
        let result = catch_unwind(AssertUnwindSafe(|| {
            if self.torn {
                write_all(&mut self.sink, b"\n", &mut 0)?;
                self.torn = false;
            }
            write_all(&mut self.sink, batch, &mut written)?;
            self.sink.flush()
        }));
        if !matches!(result, Ok(Ok(()))) {
            self.torn |= written > 0 && batch[written - 1] != b'\n';
        }
        written
    }
}

/// The number of lines in `text`.
pub(super) fn count(lines: &[u8]) -> u64 {
    let count = lines.split_inclusive(|byte| *byte == b'\n').count();
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Like [`Write::write_all`], but reports in `written` how many bytes were accepted.
fn write_all(sink: &mut impl Write, bytes: &[u8], written: &mut usize) -> io::Result<()> {
    while *written < bytes.len() {
        match sink.write(&bytes[*written..]) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => *written += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // A terminal or pipe that another process made non-blocking. Meanwhile lines wait, or
            // are dropped.
            Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::sleep(AGAIN),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accepts three bytes at a time while it has capacity.
    struct Full {
        taken: Vec<u8>,
        room: usize,
    }

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let count = bytes.len().min(self.room).min(3);
            if count == 0 {
                return Err(ErrorKind::StorageFull.into());
            }
            self.room -= count;
            self.taken.extend_from_slice(&bytes[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_torn_line_is_counted_and_spoils_no_other() {
        let mut drain = Drain::new(Full { taken: Vec::new(), room: 8 });
        assert_eq!(drain.write(b"first\nsecond\nthird\n"), 2);
        assert_eq!(drain.write(b"lost\n"), 1);
        drain.sink.room = 100;
        assert_eq!(drain.write(b"fourth\n"), 0);
        assert_eq!(drain.sink.taken, b"first\nse\nfourth\n");
    }

    #[derive(Debug)]
    struct Twice;

    impl Render for Twice {
        fn render(&self, line: &str, out: &mut String) {
            out.extend([line, line]);
        }
    }

    #[test]
    fn a_line_counts_once_in_any_form() {
        let mut drain = Drain::new(Full { taken: Vec::new(), room: 7 });
        assert_eq!(drain.write_as(&Twice, b"1\n2\n3\n"), 2);
        drain.sink.room = 100;
        assert_eq!(drain.write_as(&Twice, b"4\n"), 0);
        assert_eq!(drain.sink.taken, b"1\n1\n2\n2\n4\n4\n");
    }
}
