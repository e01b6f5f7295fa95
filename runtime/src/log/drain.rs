//! How batches of lines reach a sink that may be slow, full, closed or broken.

use std::io::{self, ErrorKind, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// How long to wait before a sink is asked again that would block.
const AGAIN: Duration = Duration::from_millis(5);

/// The standard output without the standard library's own buffer: that one takes lines of which it is not
/// known yet whether they can be written, so that they could not be counted.
#[cfg(unix)]
pub(super) fn stdout() -> Box<dyn Write + Send> {
    use std::os::fd::AsFd;
    match io::stdout().as_fd().try_clone_to_owned() {
        Ok(file) => Box::new(std::fs::File::from(file)),
        Err(_) => Box::new(io::stdout()),
    }
}

/// The standard output.
#[cfg(not(unix))]
pub(super) fn stdout() -> Box<dyn Write + Send> {
    Box::new(io::stdout())
}

/// A sink, and what it did with the lines so far.
#[derive(Debug)]
pub(super) struct Drain<W> {
    sink: W,
    /// It has the beginning of a line whose end it refused: the next line must not become a part of it.
    torn: bool,
}

impl<W: Write> Drain<W> {
    pub(super) fn new(sink: W) -> Self {
        Self { sink, torn: false }
    }

    /// Writes as many of the lines of `batch` as the sink takes; returns how many it refused. A line of
    /// which it took a part is refused.
    pub(super) fn write(&mut self, batch: &[u8]) -> u64 {
        let mut written = 0;
        // The sink may be anyone's code, and its panic would end the log for good.
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
        count(&batch[written..])
    }
}

/// How many lines these are.
pub(super) fn count(lines: &[u8]) -> u64 {
    let count = lines.split_inclusive(|byte| *byte == b'\n').count();
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// As [`Write::write_all`], but tells in `written` how far it came.
fn write_all(sink: &mut impl Write, bytes: &[u8], written: &mut usize) -> io::Result<()> {
    while *written < bytes.len() {
        match sink.write(&bytes[*written..]) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => *written += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // A terminal or pipe that someone made non-blocking. Meanwhile lines wait, or are dropped.
            Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::sleep(AGAIN),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes three bytes at a time while there is room.
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
}
