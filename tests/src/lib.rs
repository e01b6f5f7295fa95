//! Tests of goldsignal from outside, and what several of them need.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// Where a log is written to be read again.
#[derive(Clone, Debug, Default)]
pub struct Memory(pub Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
