//! The thread behind a [`LogWriter`](super::writer::LogWriter).

use std::io::{self, ErrorKind, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use super::writer::{Next, Shared};

/// How long the thread lets lines gather.
const GATHER: Duration = Duration::from_millis(2);

/// How long it waits before it asks a sink again that would block.
const AGAIN: Duration = Duration::from_millis(5);

/// Standard output without the standard library's own buffer: that one would take lines of which it is not
/// known whether they can be written.
#[cfg(unix)]
pub(crate) fn stdout() -> io::Result<impl Write + Send + 'static> {
    use std::os::fd::AsFd;
    Ok(std::fs::File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

/// Standard output.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as it is elsewhere")]
pub(crate) fn stdout() -> io::Result<impl Write + Send + 'static> {
    Ok(io::stdout())
}

/// Writes batches until the writer is closed and nothing is left.
pub(crate) fn run(shared: &Arc<Shared>, mut sink: impl Write) {
    let mut batch = Vec::new();
    let mut torn = false;
    while let Next::Write = shared.next(&mut batch, GATHER) {
        let written = write(&mut sink, &batch, &mut torn);
        shared.drop_lines(lines(&batch[written..]));
        shared.end();
        batch.clear();
    }
}

/// Writes as much of `batch` as the sink takes; returns how much that was.
///
/// `torn` says that the sink has the beginning of a line whose end it refused: the next line must not
/// become a part of it.
fn write(sink: &mut impl Write, batch: &[u8], torn: &mut bool) -> usize {
    let mut written = 0;
    // The sink is someone else's code.
    let result = catch_unwind(AssertUnwindSafe(|| {
        if *torn {
            write_some(sink, b"\n", &mut 0)?;
            *torn = false;
        }
        write_some(sink, batch, &mut written)?;
        sink.flush()
    }));
    if !matches!(result, Ok(Ok(()))) {
        *torn |= written > 0 && batch[written - 1] != b'\n';
    }
    written
}

fn write_some(sink: &mut impl Write, bytes: &[u8], written: &mut usize) -> io::Result<()> {
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

/// How many lines end in `bytes`: a line of which a part was written counts as dropped.
fn lines(bytes: &[u8]) -> u64 {
    let count = bytes.split_inclusive(|byte| *byte == b'\n').count();
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes some bytes, then refuses, then takes the rest.
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
    fn a_torn_line_is_dropped_and_spoils_no_other() {
        let mut sink = Full { taken: Vec::new(), room: 8 };
        let mut torn = false;
        let batch = b"first\nsecond\nthird\n";
        let written = write(&mut sink, batch, &mut torn);
        assert_eq!((written, torn, lines(&batch[written..])), (8, true, 2));
        assert_eq!(write(&mut sink, b"lost\n", &mut torn), 0);
        sink.room = 100;
        assert_eq!(write(&mut sink, b"fourth\n", &mut torn), 7);
        assert_eq!(sink.taken, b"first\nse\nfourth\n");
        assert!(!torn);
    }

    #[test]
    fn a_sink_that_panics_loses_its_lines_only() {
        struct Panics;
        impl Write for Panics {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                panic!("sink")
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert_eq!(write(&mut Panics, b"a\n", &mut false), 0);
    }
}
