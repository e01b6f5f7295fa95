//! A short list that one thread at a time replaces, and that any thread reads, without a lock.
//!
//! It is a sequence lock: the version is odd while the list is being written, and a reader that saw the version change
//! reads again. See Boehm, "Can seqlocks get along with programming language memory models?" (MSPC 2012).
#![expect(unsafe_code, reason = "stores the addresses of statics in atomic pointers")]

use std::ptr;

use super::sync::{AtomicPtr, AtomicU64, Ordering, fence};

/// How many entries a list has at most.
#[cfg(not(goldsignal_loom))]
pub(crate) const LEN: usize = 8;
#[cfg(goldsignal_loom)]
pub(crate) const LEN: usize = 2;

/// How often a reader tries. A write takes some ten stores, so a second attempt is rare.
const ATTEMPTS: usize = 100;

/// Something static, and three numbers about it.
pub(crate) type Entry<T> = (Option<&'static T>, [u64; 3]);

/// A list of entries.
pub(crate) struct Published<T: 'static> {
    version: AtomicU64,
    len: AtomicU64,
    slots: [Slot<T>; LEN],
}

struct Slot<T: 'static> {
    subject: AtomicPtr<T>,
    numbers: [AtomicU64; 3],
}

impl<T: Sync> Slot<T> {
    fn new() -> Self {
        let numbers = [(); 3].map(|()| AtomicU64::new(0));
        Self { subject: AtomicPtr::new(ptr::null_mut()), numbers }
    }

    fn set(&self, (subject, numbers): Entry<T>) {
        let subject = subject.map_or(ptr::null_mut(), |subject| ptr::from_ref(subject).cast_mut());
        self.subject.store(subject, Ordering::Relaxed);
        for (slot, number) in self.numbers.iter().zip(numbers) {
            slot.store(number, Ordering::Relaxed);
        }
    }

    fn get(&self) -> Entry<T> {
        // SAFETY: the pointer is null, or `set` made it from a `&'static T`, so it is valid for ever and never written
        // through, whichever write it is of. `T` is `Sync`, so a reference from another thread may be used here. What it
        // points to was initialised before any thread ran that could store its address, as it is static.
        let subject = unsafe { self.subject.load(Ordering::Relaxed).as_ref() };
        (subject, std::array::from_fn(|index| self.numbers[index].load(Ordering::Relaxed)))
    }
}

impl<T: Sync> Published<T> {
    /// An empty list.
    pub(crate) fn new() -> Self {
        let slots = std::array::from_fn(|_| Slot::new());
        Self { version: AtomicU64::new(0), len: AtomicU64::new(0), slots }
    }

    /// Replaces the list; entries beyond [`LEN`] are left out. Writers take turns: if two write at once, readers may
    /// see a mix of their lists, but nothing worse.
    pub(crate) fn write(&self, entries: impl Iterator<Item = Entry<T>>) {
        let version = self.version.load(Ordering::Relaxed);
        self.version.store(version.wrapping_add(1), Ordering::Relaxed);
        // A reader that sees any store below also sees the odd version.
        fence(Ordering::Release);
        let mut len = 0;
        for (slot, entry) in self.slots.iter().zip(entries) {
            slot.set(entry);
            len += 1;
        }
        self.len.store(len, Ordering::Relaxed);
        // A reader that sees this version also sees all stores above.
        self.version.store(version.wrapping_add(2), Ordering::Release);
    }

    /// The list. Empty if it was never written, or is written all the time.
    pub(crate) fn read(&self) -> Vec<Entry<T>> {
        (0..ATTEMPTS).find_map(|_| self.try_read()).unwrap_or_default()
    }

    fn try_read(&self) -> Option<Vec<Entry<T>>> {
        let before = self.version.load(Ordering::Acquire);
        if before % 2 == 1 {
            std::hint::spin_loop();
            return None;
        }
        let len = usize::try_from(self.len.load(Ordering::Relaxed)).unwrap_or(LEN);
        let entries = self.slots.iter().take(len).map(Slot::get).collect();
        // The loads above are before the one below.
        fence(Ordering::Acquire);
        (self.version.load(Ordering::Relaxed) == before).then_some(entries)
    }
}

impl<T> std::fmt::Debug for Published<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Published").finish_non_exhaustive()
    }
}

#[cfg(all(test, not(goldsignal_loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_last_list_is_read() {
        let published = Published::new();
        assert_eq!(published.read(), []);
        let entry = |number: u64| (Some(&7_u8), [number; 3]);
        published.write([entry(1), (None, [2; 3])].into_iter());
        assert_eq!(published.read(), [entry(1), (None, [2; 3])]);
        published.write((0..100).map(entry));
        assert_eq!(published.read().len(), LEN);
        published.write([entry(9)].into_iter());
        assert_eq!(published.read(), [entry(9)]);
    }
}

#[cfg(all(test, goldsignal_loom))]
mod loom_tests {
    use super::*;
    use loom::sync::Arc;
    use loom::thread;

    #[test]
    fn a_reader_sees_one_list_and_no_mix() {
        static SUBJECTS: [u64; 2] = [1, 2];
        loom::model(|| {
            let published = Arc::new(Published::new());
            let writer = Arc::clone(&published);
            let write = move || {
                for subject in &SUBJECTS {
                    writer.write([(Some(subject), [*subject; 3])].into_iter());
                }
            };
            let thread = thread::spawn(write);
            // Every attempt may find it being written.
            if let Some(entries) = published.try_read() {
                for (subject, numbers) in entries {
                    assert_eq!([*subject.unwrap(); 3], numbers);
                }
            }
            thread.join().unwrap();
            assert_eq!(published.read(), [(Some(&2), [2; 3])]);
        });
    }
}
