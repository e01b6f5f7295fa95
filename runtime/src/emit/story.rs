//! Stories: captured from events and calls, and written to the log when an observation ends badly or late.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use tracing_core::{Event, Metadata, dispatcher};

use super::closing::at_level;
use super::closing_line;
use super::event_line::{self, Split};
use super::json::JsonLayer;
use super::story_budget::StoryBudget;
use crate::declare::Operation;
use crate::log::callsite_template::{self, CallsiteTemplate};
use crate::log::detail::Detail;
use crate::log::exclusive_interest::LogId;
use crate::log::live_filter::{self, LiveFilter};
use crate::log::log_line::LogLine;
use crate::log::names::STORY;
use crate::observe::captured::Boxed;
use crate::observe::current::{self, Context};
use crate::observe::ended::Ended;
use crate::observe::endpoint::TransferStats;
use crate::observe::notable::Notable;
use crate::observe::observation::Observation;
use crate::observe::story::buffer::{Entry, StoryBuffer, Values, What};
use crate::observe::story::kept::{KeptStories, Story};
use crate::observe::story::{self, Active, EndedStory, Told};
use crate::record::clock::Reading;
use crate::record::visit::Source;

/// The stories of a log.
#[derive(Debug)]
pub(crate) struct Stories {
    pub(crate) detail: Arc<Detail>,
    live: LiveFilter,
    budget: StoryBudget,
    pub(crate) kept: Arc<KeptStories>,
}

/// The stories of a log layer, which capture while the layer lives.
#[derive(Debug)]
pub(super) struct LayerStories {
    pub(super) stories: Arc<Stories>,
    /// The number of the log, in the upper half.
    log: u64,
    _active: Active,
}

/// What takes the event of a callsite.
#[derive(Clone, Copy, Debug)]
pub(super) struct Takes(u64);

impl Takes {
    /// The log alone.
    pub(super) const LOG: Self = Self(1);

    pub(super) const fn is_logged(self) -> bool {
        self.0 & 1 != 0
    }

    pub(super) const fn is_captured(self) -> bool {
        self.0 & 2 != 0
    }

    const MASK: u64 = 3;
}

impl LayerStories {
    pub(super) fn new(log: LogId, stories: Arc<Stories>) -> Self {
        Self { stories, log: u64::from(log.number()) << 32, _active: Active::new() }
    }

    /// What takes the event. The answer is kept at the callsite until a filter changes.
    #[inline]
    pub(super) fn takes(&self, template: &CallsiteTemplate, metadata: &Metadata<'_>) -> Takes {
        let key = self.log | u64::from(live_filter::changes() << 2);
        let known = template.takes.load(Ordering::Relaxed);
        if known & !Takes::MASK == key {
            return Takes(known & Takes::MASK);
        }
        self.decide(key, template, metadata)
    }

    #[cold]
    fn decide(&self, key: u64, template: &CallsiteTemplate, metadata: &Metadata<'_>) -> Takes {
        let Stories { live, detail, .. } = &*self.stories;
        // The target of a record of the `log` crate is a field.
        let is_logged =
            template.is_record || live.would_enable(metadata.target(), *metadata.level());
        // What the log has is part of the story, too.
        let is_captured = is_logged || detail.takes(metadata);
        let takes = u64::from(is_logged) | u64::from(is_captured) << 1;
        template.takes.store(key | takes, Ordering::Relaxed);
        Takes(takes)
    }
}

impl Stories {
    /// How many bytes the log may have of stories in each minute, by default.
    pub(crate) const BYTES_PER_MINUTE: u64 = StoryBudget::DEFAULT;

    pub(crate) fn new(detail: Detail, live: LiveFilter, bytes_per_minute: u64) -> Self {
        let budget = StoryBudget::new(bytes_per_minute);
        Self { detail: Arc::new(detail), live, budget, kept: Arc::default() }
    }
}

impl Stories {
    /// The counters of stories as a source for a registry.
    pub(crate) fn counts(&self) -> Arc<dyn Source> {
        Arc::clone(&self.kept) as _
    }
}

/// Adds an event to the story around the running code, if there is one.
pub(super) fn capture(event: &Event<'_>) {
    story::append(|story, place| story.add_event(event, place));
}

/// Like [`capture`], for an event whose line was just written: its message begins at `start`.
pub(super) fn capture_logged(
    event: &Event<'_>,
    at: Reading,
    line: &LogLine,
    (start, split): (usize, Split),
) {
    let (message, fields) = (start..split.message_end, split.fields_start..line.len());
    let members = (line.part_of(message), line.part_of(fields));
    story::append(|story, place| {
        let what = What::Event { metadata: event.metadata(), operation: place.operation };
        story.add((at, what), place.depth, true, members);
    });
}

/// Takes the story of an observation that ends, and adds it to `ended` if it ended badly or late.
/// `is_slow`: see [`Notable::of`].
#[inline]
pub(crate) fn judge(
    observation: &Observation,
    operation: Option<&'static Operation>,
    ended: &mut Ended,
    is_slow: impl FnOnce() -> bool,
) {
    let story = observation.story.take();
    let why = Notable::of(operation, ended.verdict.outcome, ended.elapsed, is_slow);
    match (why, story) {
        (None, None) => {}
        (None, Some(story)) => story::recycle(story),
        (Some(why), story) => ended.story = Some(ended_story(why, story)),
    }
}

#[cold]
#[inline(never)]
#[expect(clippy::unnecessary_box_returns, reason = "an end has it in a box")]
fn ended_story(why: Notable, story: Option<Box<StoryBuffer>>) -> Box<EndedStory> {
    let buffer = story.unwrap_or_default();
    let ended = Box::new(EndedStory::new(why, &buffer, decoded(&buffer)));
    story::recycle(buffer);
    ended
}

/// The entries in the order of their times, and their members as lines have them.
fn decoded(buffer: &StoryBuffer) -> (Box<[Entry]>, String) {
    let (mut entries, mut line) = (Vec::new(), LogLine::with_limit(DECODED));
    for (entry, values) in buffer.entries() {
        let start = line.len();
        let split = match (values, entry.what) {
            (Values::Raw(values), What::Event { metadata, .. }) => {
                let template = callsite_template::template(metadata);
                event_line::parts_of(&mut line, values, template).message_end
            }
            (Values::Members(message, fields), _) => {
                line.put(|reserved| reserved.bytes(message));
                let split = line.len();
                line.put(|reserved| reserved.bytes(fields));
                split
            }
            (Values::Raw(_), What::Call { .. }) => start,
        };
        entries.push(entry.in_text(start..line.len(), split));
    }
    // Those of other tasks were added when these had ended.
    entries.sort_by_key(|entry| entry.at);
    (entries.into(), String::from_utf8_lossy(line.since(0)).into_owned())
}

/// Keeps the story of an observation that ended badly or late in memory.
#[cold]
#[inline(never)]
pub(crate) fn keep(observation: &Observation, ended: &mut Ended, told: Told) {
    let Some(story) = ended.story.take() else { return };
    // No log tells it if its filter left the closing line out.
    dispatcher::get_default(|subscriber| {
        let log = subscriber.downcast_ref::<JsonLayer>();
        if let Some(stories) = log.and_then(JsonLayer::stories) {
            story.id(&stories.kept);
        }
    });
    let Some((id, kept)) = story.teller().cloned() else { return };
    kept.keep(ended.at, || {
        let (request_id, trace_id) = current::context_within(observation, |context| {
            let request_id = context.request_id.map(ToString::to_string);
            (request_id, context.trace.map(|trace| format!("{:032x}", trace.trace_id)))
        });
        let fields = LogLine::bounded_part(FIELDS, |line| {
            for (name, value) in ended.fields.fields().iter() {
                line.closing_field(name, value);
            }
        });
        Story {
            id,
            inside: *story,
            time: SystemTime::now(),
            started: observation.started(),
            ended: ended.at,
            elapsed: ended.elapsed,
            told,
            verdict: ended.verdict,
            request_id,
            trace_id,
            fields,
        }
    });
}

/// Beyond this many bytes of members, further fields of a story are left out: escapes make them longer.
const DECODED: usize = 128 * 1024;

/// How many bytes of captured fields are kept.
const FIELDS: usize = 16 * 1024;

/// The lines of a story that the log does not have yet, if they may be written.
#[cold]
pub(super) fn lines(stories: &Stories, story: &EndedStory, at: Reading) -> Vec<u8> {
    let (mut lines, mut line) = (Vec::new(), LogLine::new());
    let id = story.id(&stories.kept);
    current::context(|context| {
        for entry in story.entries.iter().filter(|entry| !entry.is_logged) {
            line.begin(entry.at);
            write(&mut line, entry, entry.members(&story.text), context);
            line.number(STORY, id);
            lines.extend_from_slice(line.end());
        }
    });
    if !lines.is_empty() && !stories.budget.admits(lines.len(), at) {
        stories.kept.not_logged();
        lines.clear();
    }
    lines
}

fn write(
    line: &mut LogLine,
    entry: &Entry,
    (message, fields): (&str, &str),
    context: &Context<'_>,
) {
    match entry.what {
        What::Event { metadata, operation } => {
            let template = callsite_template::template(metadata);
            let operation = operation.or(context.operation);
            line.put(|reserved| reserved.bytes(&template.head)?.bytes(message.as_bytes()));
            event_line::location(line, template, &Context { operation, ..*context });
            line.put(|reserved| reserved.bytes(fields.as_bytes()));
        }
        What::Call { site, elapsed, verdict } => {
            let ended = Ended {
                fields: Boxed::default(),
                at: entry.at,
                elapsed,
                transfer: TransferStats::default(),
                polls: None,
                verdict,
                source: None,
                story: None,
                is_logged: false.into(),
            };
            let operation = Some(&site.operation);
            let level = verdict.outcome.level(site.operation.level);
            let source = at_level((&site.callsites, operation), level);
            closing_line::write(line, &ended, &source, &Context { operation, ..*context });
            line.put(|reserved| reserved.bytes(fields.as_bytes()));
        }
    }
}
