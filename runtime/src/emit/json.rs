//! The log layer: writes one flat JSON object per line.

use std::cell::RefCell;
#[cfg(feature = "telemetry")]
use std::sync::Arc;
use std::sync::atomic::Ordering;

#[cfg(feature = "telemetry")]
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Event, Subscriber};
#[cfg(feature = "telemetry")]
use tracing_subscriber::layer::{Context, Layer};
#[cfg(feature = "telemetry")]
use tracing_subscriber::registry::LookupSpan;

use super::admission::{Admission, SampleRatio};
#[cfg(feature = "telemetry")]
use super::dispatched::dispatched;
#[cfg(feature = "telemetry")]
use super::event_line;
#[cfg(feature = "telemetry")]
use super::story::{self, LayerStories, Stories, Takes};
use super::{closing_line, prefix};
#[cfg(feature = "telemetry")]
use crate::log::callsite_template;
use crate::log::exclusive_interest::LogId;
use crate::log::log_line::LogLine;
#[cfg(feature = "telemetry")]
use crate::log::names::STORY;
use crate::log::names::{Beside, SUPPRESSED};
use crate::log::spans;
use crate::log::writer::LogWriter;
use crate::observe::current;
use crate::observe::ended::{Ended, EventSource};
use crate::observe::observation::Observation;
#[cfg(feature = "telemetry")]
use crate::observe::story::EndedStory;
use crate::record::clock::Reading;

/// A `tracing` layer that writes every event as one flat JSON object per line.
///
/// A line contains `timestamp`, `level`, `target`, `message`, `module`, `function`, `line`,
/// `request_id`, `trace_id` and `span_id`, as far as they are known, then the event's fields. A
/// field that has one of these names is written as `field.<name>`, and so is a captured field with
/// the name of one of the closing event's own fields (such as `status`). Names in a line are
/// unique: of two fields with the same written name the later one stays.
///
/// A value whose escaped text exceeds 4 KiB is truncated and ends in `…[cut, 360000 bytes]`, which
/// contains the length of the whole text. A line of 64 KiB leaves out further fields and counts
/// them in `dropped_fields`. So no client can make a line too long to be written.
///
/// Equal errors of one operation are written ten times in a row, then once per second; the next
/// line contains the number of suppressed ones as `suppressed`. Ordinary events are always written.
///
/// Text whose name [looks secret](crate::declare::sensitive::looks_secret) (`password`,
/// `user.token`) is written as `[redacted]`. Credentials in the texts of errors
/// (`postgres://app:..@db`) are [masked](crate::declare::sensitive::mask()).
///
/// Within `tracing` spans that the layer takes, a line contains their names as the list `spans`,
/// the outermost first, and their fields. Of fields with the same name the event's wins, then that
/// of the innermost span. Values recorded later apply from then on. Give the layer a filter of its
/// own, as `Telemetry::log_layer` does: it decides which events and spans are taken.
#[derive(Debug)]
pub struct JsonLayer {
    writer: LogWriter,
    /// The ratio of good ends that are written.
    ok: SampleRatio,
    id: LogId,
    #[cfg(feature = "telemetry")]
    stories: Option<LayerStories>,
}

impl JsonLayer {
    /// Creates a layer that writes to `writer`.
    pub fn new(writer: LogWriter) -> Self {
        Self {
            writer,
            ok: SampleRatio::ALL,
            id: LogId::new(),
            #[cfg(feature = "telemetry")]
            stories: None,
        }
    }

    /// Captures stories. The layer's filter lets their events pass, too.
    #[cfg(feature = "telemetry")]
    pub(crate) fn with_stories(self, stories: Option<&Arc<Stories>>) -> Self {
        let stories = stories.map(|stories| LayerStories::new(self.id, Arc::clone(stories)));
        Self { stories, ..self }
    }

    #[cfg(feature = "telemetry")]
    pub(super) fn stories(&self) -> Option<&Arc<Stories>> {
        self.stories.as_ref().map(|layer| &layer.stories)
    }

    /// Writes the closing lines of this ratio of traces that end well, and counts the others.
    /// Errors, requests that were cut short, and those slower than their objective are always
    /// written.
    pub(crate) fn with_ok_share(self, ok: SampleRatio) -> Self {
        Self { ok, ..self }
    }

    /// Counts lines that are not written. For a line that is, returns how many similar ones were
    /// suppressed before it.
    fn admitted(&self, admission: Admission) -> Option<u64> {
        match admission {
            Admission::Line { suppressed } => return Some(suppressed),
            Admission::Suppressed => self.writer.suppressed_one(),
            Admission::SampledOut => self.writer.sampled_out_one(),
        }
        None
    }

    pub(crate) const fn id(&self) -> LogId {
        self.id
    }

    /// Writes the closing line of `observation`, which is not current; `spans` appends the enclosing
    /// spans.
    #[inline]
    pub(super) fn closing_line_of(
        &self,
        observation: &Observation,
        ended: &Ended,
        source: &EventSource,
        spans: impl FnOnce(&mut LogLine, Beside),
    ) {
        let is_simple = Admission::is_certain(ended.verdict.outcome, self.ok)
            && !spans::is_inside()
            && ended.story.is_none();
        if !is_simple || !self.closing_line_in_place(observation, ended, source) {
            observation.enter(|| self.closing_line(ended, source, spans));
        }
    }

    /// Writes the line where it waits for the log's thread, without a copy. Nothing of the service
    /// is called meanwhile: captured values are numbers and text. Returns whether that was possible.
    #[inline]
    fn closing_line_in_place(
        &self,
        observation: &Observation,
        ended: &Ended,
        source: &EventSource,
    ) -> bool {
        let Some(prefix) = prefix::cached(ended, source) else { return false };
        let is_written = current::context_within(observation, |context| {
            self.writer.write_in_place(ended.at, |reserved| {
                closing_line::whole(reserved, prefix, ended, source, context)
            })
        });
        ended.is_logged.store(is_written, Ordering::Relaxed);
        is_written
    }

    /// Writes a closing line; `spans` appends the enclosing spans.
    #[inline(never)]
    pub(super) fn closing_line(
        &self,
        ended: &Ended,
        source: &EventSource,
        spans: impl FnOnce(&mut LogLine, Beside),
    ) {
        // A slow end whose story is told has its line, too.
        let is_told = ended.story.is_some() && !ended.verdict.outcome.is_failure();
        let admission =
            if is_told { Admission::LINE } else { Admission::of(ended, source, self.ok) };
        let Some(suppressed) = self.admitted(admission) else { return };
        ended.is_logged.store(true, Ordering::Relaxed);
        let write = |line: &mut LogLine| {
            current::context(|context| closing_line::write(line, ended, source, context));
            if spans::is_inside() {
                spans(line, Beside { names: source.site.members, is_closing: true });
            }
            if suppressed > 0 {
                line.number(SUPPRESSED, suppressed);
            }
        };
        #[cfg(feature = "telemetry")]
        if let (Some(stories), Some(story)) = (self.stories(), &ended.story) {
            return self.told_line(stories, story, ended.at, write);
        }
        self.line(ended.at, write);
    }

    /// Writes the closing line of an observation whose story is told, after the lines of the story.
    #[cfg(feature = "telemetry")]
    #[cold]
    fn told_line(
        &self,
        stories: &Stories,
        story: &EndedStory,
        at: Reading,
        write: impl FnOnce(&mut LogLine),
    ) {
        let before = story::lines(stories, story, at);
        let mut line = LogLine::new();
        line.begin(at);
        write(&mut line);
        line.number(STORY, story.id(&stories.kept));
        self.writer.write_after(&before, line.end(), at);
    }

    /// Writes a line.
    #[inline]
    fn line(&self, at: Reading, write: impl FnOnce(&mut LogLine)) {
        let mut write = Some(write);
        let mut whole = |line: &mut LogLine| {
            let Some(write) = write.take() else { return };
            line.begin(at);
            write(line);
            self.writer.write(line.end(), at);
        };
        let written = LINE.try_with(|line| line.try_borrow_mut().map(|mut line| whole(&mut line)));
        if !matches!(written, Ok(Ok(()))) {
            whole(&mut LogLine::new());
        }
    }
}

thread_local! {
    /// The thread's line buffer. A nested line (a `Display` that logs) finds it taken and creates
    /// its own.
    static LINE: RefCell<LogLine> = const { RefCell::new(LogLine::new()) };
}

#[cfg(feature = "telemetry")]
impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for JsonLayer {
    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let spans = |line: &mut LogLine, beside| {
            if let Some(scope) = cx.event_scope(event) {
                spans::write(line, scope, beside);
            }
        };
        let closing = |ended: &Ended, source: &EventSource| self.closing_line(ended, source, spans);
        if dispatched(event.metadata(), closing).is_some() {
            return;
        }
        let template = callsite_template::template(event.metadata());
        let takes = self
            .stories
            .as_ref()
            .map_or(Takes::LOG, |stories| stories.takes(template, event.metadata()));
        if !takes.is_logged() {
            return story::capture(event);
        }
        let at = Reading::now();
        self.line(at, |line| {
            let message = line.len() + template.head.len();
            let split =
                current::context(|context| event_line::write(line, event, template, context));
            if takes.is_captured() && current::is_any() {
                story::capture_logged(event, at, line, (message, split));
            }
            // An event elsewhere may name the span as its parent.
            if spans::is_inside() || event.parent().is_some() {
                spans(line, Beside { names: template.names_in_line(), is_closing: false });
            }
        });
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        spans::begin(attributes, id, &cx);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, cx: Context<'_, S>) {
        spans::record(id, values, &cx);
    }

    fn on_enter(&self, _: &Id, _: Context<'_, S>) {
        spans::enter();
    }

    fn on_exit(&self, _: &Id, _: Context<'_, S>) {
        spans::exit();
    }
}
