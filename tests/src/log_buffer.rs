//! A sink in memory.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Mutex};

/// A sink that stores what is written to it. Its clones share the bytes, so that the writer owns one and the test reads
/// another.
#[derive(Clone, Debug, Default)]
pub struct LogBuffer(Arc<Mutex<Vec<u8>>>);

impl LogBuffer {
    /// Everything that was written since the last `take`.
    ///
    /// # Panics
    /// When that is not UTF-8.
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).expect("text")
    }

    /// The same, which is removed from the buffer.
    ///
    /// # Panics
    /// When that is not UTF-8.
    pub fn take(&self) -> String {
        String::from_utf8(mem::take(&mut self.0.lock().unwrap())).expect("text")
    }
}

impl Write for LogBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
