//! The stories that are kept in memory: the last bad ones, and the slowest one of each endpoint and
//! function.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::SystemTime;

use super::{EndedStory, Told};
use crate::declare::MetricPrefix;
use crate::declare::series::{BuiltIn, STORIES, STORIES_DROPPED, label};
use crate::observe::notable::Notable;
use crate::observe::verdict::Verdict;
use crate::record::clock::Reading;
use crate::record::sync_lock;
use crate::record::visit::{Header, Readable, SeriesSink, Source};

/// How many bad stories are kept, and how many slow ones.
pub(crate) const MOST: usize = 64;

/// How many bytes all of them have at most.
pub(crate) const BYTES: usize = 4 * 1024 * 1024;

/// How many are kept within a second. More would only displace each other.
const A_SECOND: u32 = 64;

/// A slow story that is older than this, in nanoseconds, is replaced by any newer one.
const OLD: u64 = 600_000_000_000;

/// What happened within a request or call that ended badly or late.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) id: u64,
    pub(crate) inside: EndedStory,
    /// The time of its end.
    pub(crate) time: SystemTime,
    pub(crate) started: Reading,
    pub(crate) ended: Reading,
    /// Nanoseconds.
    pub(crate) elapsed: u64,
    pub(crate) told: Told,
    pub(crate) verdict: Verdict,
    pub(crate) request_id: Option<String>,
    pub(crate) trace_id: Option<String>,
    /// The captured fields as members of a JSON object, each after a comma.
    pub(crate) fields: Box<[u8]>,
}

impl Story {
    fn bytes(&self) -> usize {
        let story = &self.inside;
        let texts = story.error.iter().map(String::len).sum::<usize>();
        let panic = story
            .panic
            .as_ref()
            .map_or(0, |panic| panic.message.len() + panic.location.len() + panic.backtrace.len());
        let entries = size_of_val(&*story.entries);
        size_of::<Self>() + self.fields.len() + texts + panic + entries + story.text.len()
    }

    fn is_of_same(&self, other: &Self) -> bool {
        let name = |story: &Self| {
            (story.told.request, story.told.operation.map(|operation| operation.name))
        };
        name(self) == name(other)
    }
}

/// The stories of bad and slow ends that are kept in memory, and how many there were.
#[derive(Debug, Default)]
pub(crate) struct KeptStories {
    last: AtomicU64,
    newest: AtomicU64,
    bad: AtomicU64,
    slow: AtomicU64,
    not_kept: AtomicU64,
    not_logged: AtomicU64,
    stories: Mutex<Stories>,
}

#[derive(Debug, Default)]
struct Stories {
    bad: VecDeque<Arc<Story>>,
    slow: VecDeque<Arc<Story>>,
    bytes: usize,
    /// The second that is counted, and how many stories were kept in it.
    second: Option<(Reading, u32)>,
}

impl KeptStories {
    /// The number of a new story.
    pub(crate) fn next_id(&self, why: Notable) -> u64 {
        let told = if why == Notable::Bad { &self.bad } else { &self.slow };
        told.fetch_add(1, Ordering::Relaxed);
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Counts a story whose lines were more than the log may have of them.
    pub(crate) fn not_logged(&self) {
        self.not_logged.fetch_add(1, Ordering::Relaxed);
    }

    /// Keeps the story that `make` makes, unless there were too many of late. Another thread that is
    /// about to keep one is not waited for.
    pub(crate) fn keep(&self, at: Reading, make: impl FnOnce() -> Story) {
        let has_turn = self.try_lock().is_some_and(|mut stories| stories.has_turn(at));
        let story = has_turn.then(|| Arc::new(make()));
        let kept = story.and_then(|story| {
            let id = story.id;
            self.try_lock().map(|mut stories| stories.add(story)).map(|()| id)
        });
        match kept {
            Some(id) => _ = self.newest.fetch_max(id, Ordering::Relaxed),
            None => _ = self.not_kept.fetch_add(1, Ordering::Relaxed),
        }
    }

    fn try_lock(&self) -> Option<MutexGuard<'_, Stories>> {
        match self.stories.try_lock() {
            Ok(stories) => Some(stories),
            Err(TryLockError::Poisoned(poisoned)) => Some(PoisonError::into_inner(poisoned)),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// All that are kept, the newest first.
    pub(crate) fn all(&self) -> Vec<Arc<Story>> {
        let stories = sync_lock(&self.stories);
        let mut all: Vec<_> = stories.bad.iter().chain(&stories.slow).cloned().collect();
        drop(stories);
        all.sort_by_key(|story| std::cmp::Reverse(story.id));
        all
    }

    /// How many are kept.
    pub(crate) fn len(&self) -> usize {
        let stories = sync_lock(&self.stories);
        stories.bad.len() + stories.slow.len()
    }

    /// The story with this number, if it is kept.
    pub(crate) fn get(&self, id: u64) -> Option<Arc<Story>> {
        self.all().into_iter().find(|story| story.id == id)
    }

    /// The number of the one that was kept last; 0 before the first.
    pub(crate) fn newest(&self) -> u64 {
        self.newest.load(Ordering::Relaxed)
    }

    /// How many were not kept.
    pub(crate) fn dropped(&self) -> u64 {
        self.not_kept.load(Ordering::Relaxed)
    }
}

impl Stories {
    fn has_turn(&mut self, at: Reading) -> bool {
        let (since, count) =
            self.second.filter(|(since, _)| at.since(*since) < 1_000_000_000).unwrap_or((at, 0));
        self.second = Some((since, count + 1));
        count < A_SECOND
    }

    fn add(&mut self, story: Arc<Story>) {
        self.bytes += story.bytes();
        match story.inside.why {
            Notable::Bad => {
                self.bad.push_back(story);
                if self.bad.len() > MOST {
                    self.drop_oldest_bad();
                }
            }
            Notable::Late | Notable::Slow => self.add_slow(story),
        }
        while self.bytes > BYTES && self.bad.len() + self.slow.len() > 1 {
            let is_bad = match (self.bad.front(), self.slow.front()) {
                (Some(bad), Some(slow)) => bad.id < slow.id,
                (bad, _) => bad.is_some(),
            };
            if is_bad { self.drop_oldest_bad() } else { self.drop_slow(0) }
        }
    }

    /// The slowest of each endpoint and function stays.
    fn add_slow(&mut self, story: Arc<Story>) {
        let known = self.slow.iter().position(|known| known.is_of_same(&story));
        if let Some(index) = known {
            let known = &self.slow[index];
            let is_old = story.ended.since(known.ended) > OLD;
            if story.elapsed < known.elapsed && !is_old {
                self.bytes -= story.bytes();
                return;
            }
            self.drop_slow(index);
        }
        self.slow.push_back(story);
        if self.slow.len() > MOST {
            self.drop_slow(0);
        }
    }

    fn drop_oldest_bad(&mut self) {
        if let Some(story) = self.bad.pop_front() {
            self.bytes -= story.bytes();
        }
    }

    fn drop_slow(&mut self, index: usize) {
        if let Some(story) = self.slow.remove(index) {
            self.bytes -= story.bytes();
        }
    }
}

impl Source for KeptStories {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        let KeptStories { bad, slow, not_kept, not_logged, .. } = self;
        let [bad, slow, not_kept, not_logged] =
            [bad, slow, not_kept, not_logged].map(|count| count.load(Ordering::Relaxed));
        vec![
            Box::new(Counts(&STORIES, label::KIND, [("bad", bad), ("slow", slow)])),
            Box::new(Counts(
                &STORIES_DROPPED,
                label::SINK,
                [("log", not_logged), ("memory", not_kept)],
            )),
        ]
    }
}

/// A family, its label, and the values of that with their counts.
struct Counts(&'static BuiltIn, &'static str, [(&'static str, u64); 2]);

impl Readable for Counts {
    fn header(&self) -> Header<'_> {
        Header::of(self.0, &MetricPrefix::NONE)
    }

    fn len(&self) -> usize {
        self.2.len()
    }

    fn series(&self, index: usize, sink: &mut dyn SeriesSink) {
        let (value, count) = self.2[index];
        sink.count(&[(self.1, value)], count, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::story::buffer::StoryBuffer;

    const MS: u64 = 1_000_000;

    fn story(id: u64, why: Notable, path: &'static str, elapsed: u64, bytes: usize) -> Arc<Story> {
        let now = Reading::now();
        Arc::new(Story {
            id,
            inside: EndedStory::new(
                why,
                &StoryBuffer::default(),
                (Box::new([]), "x".repeat(bytes)),
            ),
            time: SystemTime::now(),
            started: now,
            ended: now,
            elapsed,
            told: Told { request: Some(("GET", path)), operation: None },
            verdict: Verdict::OK,
            request_id: None,
            trace_id: None,
            fields: Box::new([]),
        })
    }

    fn ids(stories: &VecDeque<Arc<Story>>) -> Vec<u64> {
        stories.iter().map(|story| story.id).collect()
    }

    #[test]
    fn the_last_bad_ones_and_the_slowest_of_each_stay() {
        let mut stories = Stories::default();
        for id in 1..=100 {
            stories.add(story(id, Notable::Bad, "/bad", MS, 10));
        }
        assert_eq!(ids(&stories.bad), (37..=100).collect::<Vec<_>>());
        for (id, path, elapsed) in [(101, "/a", 3), (102, "/b", 9), (103, "/a", 2), (104, "/a", 5)]
        {
            stories.add(story(id, Notable::Late, path, elapsed * MS, 10));
        }
        assert_eq!(ids(&stories.slow), [102, 104]);
        let all = stories.bad.iter().chain(&stories.slow);
        assert_eq!(stories.bytes, all.map(|story| story.bytes()).sum::<usize>());
    }

    #[test]
    fn all_of_them_fit_into_the_bytes() {
        let mut stories = Stories::default();
        for id in 1..=60 {
            let why = if id % 2 == 0 { Notable::Bad } else { Notable::Slow };
            let path = String::leak(format!("/{id}"));
            stories.add(story(id, why, path, MS, BYTES / 10));
        }
        assert!(stories.bytes <= BYTES);
        assert_eq!(
            (ids(&stories.bad), ids(&stories.slow)),
            (vec![52, 54, 56, 58, 60], vec![53, 55, 57, 59])
        );
        stories.add(story(61, Notable::Bad, "/", MS, 2 * BYTES));
        assert_eq!((ids(&stories.bad), stories.slow.len()), (vec![61], 0), "the last one stays");
    }

    #[test]
    fn more_than_some_in_a_second_are_counted_alone() {
        let kept = KeptStories::default();
        let now = Reading::now();
        let one = || {
            let id = kept.next_id(Notable::Bad);
            Arc::into_inner(story(id, Notable::Bad, "/", MS, 0)).unwrap()
        };
        (0..100).for_each(|_| kept.keep(now, one));
        assert_eq!((kept.len(), kept.dropped(), kept.newest()), (64, 36, 64));
        let mut later = now;
        while later.since(now) < 1_000_000_000 {
            later = Reading::of_ticks(later.ticks() + 100_000_000);
        }
        kept.keep(later, one);
        assert_eq!((kept.len(), kept.newest()), (64, 65));
        assert!(kept.get(65).is_some() && kept.get(1).is_none());
    }
}
