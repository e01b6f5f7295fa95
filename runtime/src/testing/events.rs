//! The events of a scope, captured.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, Weak};

use tracing::subscriber::DefaultGuard;
use tracing_core::field::{Field, Visit};
use tracing_core::{Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::emit::closing;
use crate::observe::current;
use crate::observe::fields::FieldValue;
use crate::record::ambient::StoreRef;
use crate::record::sync_lock;

/// An event that was emitted in a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its level.
    pub level: Level,
    /// Its target.
    pub target: String,
    /// Its message.
    pub message: String,
    /// Its fields as text.
    pub fields: BTreeMap<String, String>,
    /// The id of the request that it belongs to.
    pub request_id: Option<String>,
}

impl Event {
    /// The text of one field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

type Events = Mutex<Vec<Event>>;

/// The scopes that are alive, and where their events go.
static SCOPES: Mutex<Vec<(StoreRef, Weak<Events>)>> = Mutex::new(Vec::new());

/// The events of one scope.
#[derive(Debug)]
pub(super) struct Capture {
    store: StoreRef,
    events: Arc<Events>,
    /// Where a global subscriber is installed that is not ours, this thread has one of its own.
    _own: Option<DefaultGuard>,
}

impl Capture {
    pub(super) fn begin(store: &StoreRef) -> Self {
        let events = Arc::new(Events::default());
        sync_lock(&SCOPES).push((store.clone(), Arc::downgrade(&events)));
        Self { store: store.clone(), events, _own: subscribe() }
    }

    pub(super) fn events(&self) -> Vec<Event> {
        sync_lock(&self.events).clone()
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        sync_lock(&SCOPES).retain(|(store, _)| !store.same(&self.store));
    }
}

/// Sees to it that events reach [`Router`]: by a global subscriber, so that other threads are heard too,
/// or where one is installed already by one of this thread.
fn subscribe() -> Option<DefaultGuard> {
    static OURS: std::sync::LazyLock<bool> = std::sync::LazyLock::new(|| {
        let subscriber = tracing_subscriber::registry().with(Router);
        tracing::subscriber::set_global_default(subscriber).is_ok()
    });
    (!*OURS).then(|| tracing::subscriber::set_default(tracing_subscriber::registry().with(Router)))
}

/// Brings each event to the scope that it was emitted in.
struct Router;

impl<S: Subscriber> Layer<S> for Router {
    fn on_event(&self, event: &tracing_core::Event<'_>, _: Context<'_, S>) {
        let store = StoreRef::current();
        if store.is_global() {
            return;
        }
        let events = sync_lock(&SCOPES)
            .iter()
            .find(|(scoped, _)| scoped.same(&store))
            .and_then(|(_, events)| events.upgrade());
        if let Some(events) = events {
            let event = read(event);
            sync_lock(&events).push(event);
        }
    }
}

fn read(event: &tracing_core::Event<'_>) -> Event {
    let metadata = event.metadata();
    let mut fields = Fields(BTreeMap::new());
    event.record(&mut fields);
    closing::captured(metadata, |captured| {
        for (name, value) in captured {
            fields.0.entry((*name).to_owned()).or_insert_with(|| text(value));
        }
    });
    Event {
        level: *metadata.level(),
        target: metadata.target().to_owned(),
        message: fields.0.remove("message").unwrap_or_default(),
        fields: fields.0,
        request_id: current::context().request_id.map(|id| id.to_string()),
    }
}

fn text(value: &FieldValue) -> String {
    match value {
        FieldValue::Bool(value) => value.to_string(),
        FieldValue::I64(value) => value.to_string(),
        FieldValue::U64(value) => value.to_string(),
        FieldValue::F64(value) => value.to_string(),
        FieldValue::Text(value) => value.to_string(),
        FieldValue::Empty => String::new(),
    }
}

struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}
