//! File descriptors that are kept back, so that probes are answered when the process has no others.

use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::record::sync_lock;

/// How many: probes and scrapes end soon, and give theirs back.
const RESERVED: usize = 4;

/// Descriptors that are open for nothing. They are copies of the listener's.
#[derive(Debug)]
pub(super) struct Reserve {
    listener: TcpListener,
    spare: Mutex<Vec<TcpListener>>,
}

impl Reserve {
    pub(super) fn new(listener: &TcpListener) -> io::Result<Arc<Self>> {
        let reserve = Self { listener: listener.try_clone()?, spare: Mutex::default() };
        reserve.fill();
        Ok(Arc::new(reserve))
    }

    /// Closes one, so that a connection can be accepted in its place. `None` where all are borrowed.
    pub(super) fn borrow(self: &Arc<Self>) -> Option<BorrowedDescriptor> {
        drop(sync_lock(&self.spare).pop()?);
        Some(BorrowedDescriptor(Arc::clone(self)))
    }

    /// Opens those that are missing, as far as the process has some.
    pub(super) fn fill(&self) {
        let mut spare = sync_lock(&self.spare);
        while spare.len() < RESERVED {
            let Ok(descriptor) = self.listener.try_clone() else { return };
            spare.push(descriptor);
        }
    }
}

/// A descriptor that somebody else has. To be dropped as soon as that one is closed.
#[derive(Debug)]
pub(super) struct BorrowedDescriptor(Arc<Reserve>);

impl Drop for BorrowedDescriptor {
    fn drop(&mut self) {
        self.0.fill();
    }
}
