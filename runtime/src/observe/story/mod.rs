//! What happens within a request, or within a call that has none, until it is known how that ends: the
//! events and the observed calls.
//!
//! A story belongs to the *root*: the outermost observation of a task. Work that a request moved to
//! another task has a story of its own, which the request's takes over when that work ends.

pub(crate) mod buffer;
pub(crate) mod kept;
pub(crate) mod recent;

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use buffer::{Entry, Panic, Place, StoryBuffer, What};
use kept::KeptStories;

use super::current;
use super::free_list::{self, FreeList};
use super::notable::Notable;
use super::site::Site;
use super::stored_fields::Fields;
use super::verdict::Verdict;
use crate::declare::Operation;
use crate::log::log_line::LogLine;
use crate::record::clock::Reading;

/// How many log layers capture stories.
static ACTIVE: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static FREE: FreeList<StoryBuffer> = const { FreeList::new() };
}

/// Whether stories are captured. Callers check this first, because it is one load.
#[inline]
pub(crate) fn is_active() -> bool {
    ACTIVE.load(Ordering::Relaxed) != 0
}

/// Makes stories active while it lives.
#[derive(Debug)]
pub(crate) struct Active(());

impl Active {
    pub(crate) fn new() -> Self {
        ACTIVE.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        ACTIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The story of an observation, if it has one. Its buffer comes from the thread's free list with the
/// first entry.
#[derive(Default)]
pub(crate) struct StoryCell(Cell<Option<Box<StoryBuffer>>>);

impl fmt::Debug for StoryCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoryCell").finish_non_exhaustive()
    }
}

impl StoryCell {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(None))
    }

    /// Whether nothing was written.
    #[inline]
    pub(crate) fn is_none(&self) -> bool {
        let story = self.0.take();
        let is_none = story.is_none();
        // There is nothing to be dropped, since the story was taken.
        std::mem::forget(self.0.replace(story));
        is_none
    }

    #[inline]
    pub(crate) fn take(&self) -> Option<Box<StoryBuffer>> {
        self.0.take()
    }

    /// Throws the story away.
    #[inline]
    pub(crate) fn forget(&self) {
        if let Some(story) = self.0.take() {
            recycle(story);
        }
    }

    /// Calls `write` with the buffer. The buffer is not in the cell meanwhile, as a value that is
    /// written may emit events.
    #[inline]
    fn with(&self, write: impl FnOnce(&mut StoryBuffer)) {
        let mut writing = Writing { cell: self, story: Some(self.0.take().unwrap_or_else(spare)) };
        if let Some(story) = &mut writing.story {
            write(story);
        }
    }

    /// Adds the entries of another story.
    pub(crate) fn absorb(&self, story: Box<StoryBuffer>, depth: u8) {
        self.with(|own| own.absorb(&story, depth));
        recycle(story);
    }
}

/// Puts the buffer back, also if the value that was written panicked.
struct Writing<'a> {
    cell: &'a StoryCell,
    story: Option<Box<StoryBuffer>>,
}

impl Drop for Writing<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(meanwhile) = self.cell.0.replace(self.story.take()) {
            self.cell.absorb(meanwhile, 0);
        }
    }
}

/// Returns a buffer to the thread's free list.
pub(crate) fn recycle(mut story: Box<StoryBuffer>) {
    story.clear();
    free_list::push(&FREE, story);
}

#[cold]
#[inline(never)]
fn spare() -> Box<StoryBuffer> {
    free_list::pop(&FREE).unwrap_or_default()
}

/// Calls `write` with the story around the running code, if there is an open observation.
#[inline]
pub(crate) fn append(write: impl FnOnce(&mut StoryBuffer, Place)) {
    current::root(|root, place| {
        if root.is_open() {
            root.story.with(|story| write(story, place));
        }
    });
}

/// A call that ended: its site, its end, how many nanoseconds it took, and how it ended.
pub(crate) type EndedCall = (&'static Site, Reading, u64, Verdict);

/// Adds a call that ended to the story around it, with `fields` if there are any. `is_logged`: whether
/// the log has its line.
#[inline(never)]
pub(crate) fn append_call(call: EndedCall, is_logged: bool, fields: Option<&Fields>) {
    let (site, at, elapsed, verdict) = call;
    let fields = fields.map_or_else(Box::default, |fields| {
        LogLine::part(|line| {
            for (name, value) in fields.iter() {
                line.closing_field(name, value);
            }
        })
    });
    append(|story, place| {
        let what = What::Call { site, elapsed, verdict };
        story.add((at, what), place.depth, is_logged, (&[], &fields));
    });
}

/// Adds a panic to the story around the running code.
#[cold]
pub(crate) fn append_panic(panic: Panic) {
    append(|story, _| story.panic = Some(Box::new(panic)));
}

/// Adds the text of an error, followed by those of its sources, to the story around the running code.
#[cold]
pub(crate) fn append_error(texts: Vec<String>) {
    append(|story, _| story.error = texts);
}

/// Adds the entries of a story to that around the running code.
#[cold]
pub(crate) fn absorb(other: Box<StoryBuffer>) {
    let mut other = Some(other);
    current::root(|root, place| {
        if let Some(other) = other.take().filter(|_| root.is_open()) {
            root.story.absorb(other, place.depth);
        }
    });
    if let Some(other) = other {
        recycle(other);
    }
}

/// What a story is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    /// The method and the route of a request.
    pub(crate) request: Option<(&'static str, &'static str)>,
    pub(crate) operation: Option<&'static Operation>,
}

/// The story of an observation that ended badly or late.
#[derive(Debug)]
pub(crate) struct EndedStory {
    /// Its number, and the stories of the log that tells it.
    teller: OnceLock<(u64, Arc<KeptStories>)>,
    pub(crate) why: Notable,
    /// In the order of their times.
    pub(crate) entries: Box<[Entry]>,
    /// The members of all entries, as JSON.
    pub(crate) text: String,
    /// How many entries were left out.
    pub(crate) dropped: u64,
    pub(crate) panic: Option<Box<Panic>>,
    /// The text of the error, and those of its sources.
    pub(crate) error: Vec<String>,
}

impl EndedStory {
    /// The story that `buffer` has, with the members of its entries.
    pub(crate) fn new(
        why: Notable,
        buffer: &StoryBuffer,
        (entries, text): (Box<[Entry]>, String),
    ) -> Self {
        Self {
            teller: OnceLock::new(),
            why,
            entries,
            text,
            dropped: buffer.dropped(),
            panic: buffer.panic.clone(),
            error: buffer.error.clone(),
        }
    }

    /// Its number among those of the log that tells it: `kept`, unless another log was first.
    pub(crate) fn id(&self, kept: &Arc<KeptStories>) -> u64 {
        self.teller.get_or_init(|| (kept.next_id(self.why), Arc::clone(kept))).0
    }

    /// Its number, and the stories that it is kept among, once a log tells it.
    pub(crate) fn teller(&self) -> Option<&(u64, Arc<KeptStories>)> {
        self.teller.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::story::buffer::Values;

    fn add(story: &mut StoryBuffer, message: &str) {
        static SITE: Site =
            Site::new(Operation::new("cell", crate::declare::SourceLocation::new("c.rs", 1, "m")));
        let what = What::Call { site: &SITE, elapsed: 1, verdict: Verdict::OK };
        story.add((Reading::now(), what), 0, false, (message.as_bytes(), &[]));
    }

    fn told(cell: &StoryCell) -> Vec<String> {
        let story = cell.take().unwrap();
        let message = |values| match values {
            Values::Members(message, _) => String::from_utf8(message.to_vec()).unwrap(),
            Values::Raw(_) => "raw".to_owned(),
        };
        story.entries().map(|(_, values)| message(values)).collect()
    }

    #[test]
    fn what_is_added_while_a_value_is_written_is_not_lost() {
        let cell = StoryCell::new();
        assert!(cell.is_none());
        cell.with(|story| {
            cell.with(|inner| add(inner, "inner"));
            add(story, "outer");
        });
        assert!(!cell.is_none());
        assert_eq!(told(&cell), ["outer", "inner"]);
    }

    #[test]
    fn a_value_that_panics_loses_nothing_else() {
        let cell = StoryCell::new();
        cell.with(|story| add(story, "before"));
        let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            cell.with(|_| panic!("a value"));
        }));
        assert!(unwound.is_err());
        cell.with(|story| add(story, "after"));
        assert_eq!(told(&cell), ["before", "after"]);
    }
}
