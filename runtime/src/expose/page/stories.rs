//! `/api/v1/stories`: what happened within requests and calls that ended badly or late.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tokio::time::{MissedTickBehavior, interval};

use super::text::Rounded;
use super::{Page, json};
use crate::expose::json_writer::JsonWriter;
use crate::log::members::members;
use crate::observe::notable::Notable;
use crate::observe::story::buffer::{Entry, What};
use crate::observe::story::kept::{KeptStories, Story};
use crate::record::clock::in_seconds;

/// How often streams look for stories that were kept meanwhile.
const LOOK: Duration = Duration::from_millis(500);

/// All stories, without what happened inside.
pub(super) async fn list(State(page): State<Page>) -> Response {
    let Some(stories) = page.stories() else { return json(no_stories()) };
    let all = stories.all();
    let mut text = JsonWriter::default();
    text.object(|json| {
        json.member("kept").plain(all.len());
        json.member("dropped").plain(stories.dropped());
        json.member("stories").list(&all, |json, story| json.object(|json| head(json, story)));
    });
    json(text.line())
}

fn no_stories() -> String {
    "{\"kept\":0,\"dropped\":0,\"stories\":[]}\n".to_owned()
}

/// One story.
pub(super) async fn one(State(page): State<Page>, Path(id): Path<String>) -> Response {
    let found = page.stories().and_then(|stories| stories.get(id.parse().ok()?));
    match found {
        Some(story) => json(whole(&story)),
        None => {
            (StatusCode::NOT_FOUND, "this story is not kept, or not any more\n").into_response()
        }
    }
}

/// Sends the heads of stories that are kept from now on to the streams.
pub(super) async fn tell(page: &Page) {
    let Some(stories) = page.stories() else { return std::future::pending().await };
    let mut timer = interval(LOOK);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = stories.newest();
    loop {
        timer.tick().await;
        let newest = stories.newest();
        if newest > told && page.streams().are_watched() {
            let all = stories.all();
            for story in all.iter().rev().filter(|story| story.id > told) {
                let mut json = JsonWriter::default();
                json.object(|json| head(json, story));
                page.streams().send("story", &json.line());
            }
        }
        told = newest;
    }
}

/// The member of a snapshot.
pub(super) fn summary(json: &mut JsonWriter, stories: Option<&Arc<KeptStories>>) {
    let Some(stories) = stories else { return };
    json.member("stories").object(|json| {
        json.member("kept").plain(stories.len());
        json.member("dropped").plain(stories.dropped());
        match stories.newest() {
            0 => json.member("newest").optional(None::<u64>),
            newest => json.member("newest").text(&newest.to_string()),
        }
    });
}

fn head(json: &mut JsonWriter, story: &Story) {
    let Story { inside: ended, told, verdict, .. } = story;
    json.member("id").text(&story.id.to_string());
    let time = story.time.duration_since(UNIX_EPOCH).unwrap_or_default();
    json.member("time").plain(Rounded(time.as_secs_f64()));
    json.member("kind").text(if ended.why == Notable::Bad { "bad" } else { "slow" });
    if let Some((method, endpoint)) = told.request {
        json.member("method").text(method);
        json.member("endpoint").text(endpoint);
    }
    if let Some(operation) = told.operation {
        json.member("operation").text(operation.name);
    }
    if let Some(status) = verdict.status {
        json.member("status").plain(status);
    }
    json.member("outcome").text(verdict.outcome.as_str());
    if !verdict.error_type.is_empty() {
        json.member("error_type").text(verdict.error_type);
    }
    json.member("duration_seconds").plain(Rounded(in_seconds(story.elapsed)));
    if let Some(id) = &story.request_id {
        json.member("request_id").text(id);
    }
    if let Some(id) = &story.trace_id {
        json.member("trace_id").text(id);
    }
    json.member("events").plain(ended.entries.len());
}

/// A story with what happened inside.
fn whole(story: &Story) -> String {
    let ended = &story.inside;
    let mut json = JsonWriter::default();
    json.object(|json| {
        head(json, story);
        json.member("fields");
        fields(json, &String::from_utf8_lossy(&story.fields));
        if let Some((message, causes)) = ended.error.split_first() {
            json.member("error").object(|json| {
                json.member("message").text(message);
                json.member("causes").list(causes, |json, cause| json.text(cause));
            });
        }
        if let Some(panic) = &ended.panic {
            json.member("panic").object(|json| {
                json.member("message").text(&panic.message);
                json.member("location").text(&panic.location);
                json.member("backtrace").text(&panic.backtrace);
            });
        }
        let mut entries: Vec<_> =
            ended.entries.iter().map(|one| (begin(story, one), one)).collect();
        // A call precedes what happened in it.
        entries.sort_by_key(|(begin, entry)| (*begin, entry.depth));
        json.member("entries").list(&entries, |json, (begin, one)| {
            json.object(|json| entry(json, *begin, one, one.members(&ended.text)));
        });
        json.member("entries_dropped").plain(ended.dropped);
    });
    json.line()
}

/// Nanoseconds from the start of a story to that of an entry.
fn begin(story: &Story, entry: &Entry) -> u64 {
    let at = entry.at.since(story.started);
    match entry.what {
        What::Event { .. } => at,
        What::Call { elapsed, .. } => at.saturating_sub(elapsed),
    }
}

fn entry(json: &mut JsonWriter, begin: u64, entry: &Entry, (message, rest): (&str, &str)) {
    json.member("at_seconds").plain(Rounded(in_seconds(begin)));
    json.member("depth").plain(entry.depth);
    match entry.what {
        What::Event { metadata, .. } => {
            json.member("kind").text("event");
            json.member("level").text(metadata.level().as_str());
            let message = object(message);
            // A record of the `log` crate has its target there.
            let target = members(&message).find(|member| member.key == "target");
            let target = target.map(|member| member.text().into_owned());
            json.member("target").text(target.as_deref().unwrap_or_else(|| metadata.target()));
            if let Some(member) = members(&message).find(|member| member.key == "message") {
                json.member("message").raw(member.raw);
            }
            json.member("fields");
            fields(json, rest);
            if let (Some(file), Some(line)) = (metadata.file(), metadata.line()) {
                json.member("location").text(&format!("{file}:{line}"));
            }
        }
        What::Call { site, elapsed, verdict } => {
            let operation = &site.operation;
            json.member("kind").text("call");
            json.member("name").text(operation.name);
            json.member("fields");
            fields(json, rest);
            json.member("duration_seconds").plain(Rounded(in_seconds(elapsed)));
            json.member("outcome").text(verdict.outcome.as_str());
            if !verdict.error_type.is_empty() {
                json.member("error_type").text(verdict.error_type);
            }
            json.member("location").text(&operation.location.to_string());
        }
    }
}

/// Members of a JSON object, each after a comma, as a list of names and values.
fn fields(json: &mut JsonWriter, text: &str) {
    let object = object(text);
    let fields: Vec<_> = members(&object).collect();
    json.list(&fields, |json, field| {
        json.object(|json| {
            json.member("name").text(&field.key);
            json.member("value").raw(field.raw);
        });
    });
}

/// Members of a JSON object, each after a comma, as an object.
fn object(members: &str) -> String {
    format!("{{{}}}", members.strip_prefix(',').unwrap_or(members))
}
