//! Reserved file descriptors: with them, the admin listener can accept probes when the process has no others.

use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::record::sync_lock;

/// The number of reserved descriptors. A few suffice, since probes and scrapes are short.
const RESERVED: usize = 4;

/// The reserved descriptors. They are duplicates of the listener's, which are never used.
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

    /// Closes a reserved descriptor, so that a connection can be accepted instead. `None` if all are in use.
    pub(super) fn borrow(self: &Arc<Self>) -> Option<BorrowedDescriptor> {
        drop(sync_lock(&self.spare).pop()?);
        Some(BorrowedDescriptor(Arc::clone(self)))
    }

    /// Opens the missing descriptors, as far as the process can.
    pub(super) fn fill(&self) {
        let mut spare = sync_lock(&self.spare);
        while spare.len() < RESERVED {
            let Ok(descriptor) = self.listener.try_clone() else { return };
            spare.push(descriptor);
        }
    }
}

/// A descriptor that a connection uses. Drop it once the connection is closed: that refills the reserve.
#[derive(Debug)]
pub(super) struct BorrowedDescriptor(Arc<Reserve>);

impl Drop for BorrowedDescriptor {
    fn drop(&mut self) {
        self.0.fill();
    }
}
