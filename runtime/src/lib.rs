//! Annotate a function once: one *observation* of each call records its latency, outcome, business counters
//! and log line into one registry.
//!
//! ```
//! use axum::extract::Path;
//! use goldsignal::{Counter, Fault, Metrics, business_counter, observed, routes};
//!
//! /// Metrics of the shop.
//! #[derive(Metrics)]
//! struct Shop {
//!     /// Items sold.
//!     items_sold_total: Counter,
//! }
//!
//! #[derive(Debug, Fault)]
//! #[fault(response)]
//! enum NotSold {
//!     #[fault(status = 404)]
//!     NoSuchItem,
//! }
//!
//! impl std::fmt::Display for NotSold {
//!     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
//!         f.write_str("no such item")
//!     }
//! }
//!
//! /// Sells an item.
//! #[observed(post = "/items/{id}/sale", fields(id))]
//! #[business_counter(Shop::items_sold_total)]
//! async fn sell(Path(id): Path<u32>) -> Result<String, NotSold> {
//!     if id == 0 { Err(NotSold::NoSuchItem) } else { Ok(format!("sold {id}")) }
//! }
//!
//! let app: axum::Router = routes![sell];
//! # drop(app);
//! ```
//!
//! [`Telemetry`] is all of it for a service: the layer that counts every request, the log, and the admin listener with
//! `/metrics`. The rest works without it: a library may use goldsignal in a program that installs nothing.
//!
//! * On functions: [`observed`](macro@observed), [`business_counter`](macro@business_counter), [`routes!`].
//! * On types: [`Metrics`](derive@Metrics), [`Labels`](derive@Labels), [`Label`](derive@Label),
//!   [`Fault`](derive@Fault).
//! * Values: [`Slo`] is an objective, [`current()`] the running observation, [`Registry`] everything that is counted.
//!
//! Recording never fails, never panics, and takes no lock after the first use of a series. Labels are finite by type,
//! or state a budget.
//!
//! The repository has a guide (`docs/guide`): adopting it in an existing service, coming from other crates, jobs,
//! testing, production, troubleshooting.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | (none) | the attributes and derives, the registry, closing events for any `tracing` subscriber: enough for the crate of a service's own types, with fourteen packages beside these two |
//! | `telemetry` | [`Telemetry`]: the log, its filter, and what puts everything together |
//! | `http` | the types of the `http` crate as faults, outcomes and fields; [`Current::inject`] |
//! | `axum` (default) | these two, and [`mod@axum`], [`routes!`], `Telemetry::serve`, the admin listener |
//! | `http2` | HTTP/2 under `Telemetry::serve`, with WebSockets over it |
//! | `tonic` | `tonic::Status` as a [`Fault`](trait@Fault), named by its code |
//! | `metrics` | `bridge::metrics`: a recorder for the `metrics` facade |
//! | `prometheus` | `bridge::prometheus`: to and from a `prometheus::Registry` |
//! | `traces` | spans of requests and calls, for any exporter of `opentelemetry_sdk`: `Builder::span_exporter`. The public API then contains types of `opentelemetry_sdk` 0.33 (`Sampler`, `SpanExporter`), so that an incompatible release of that crate needs one of goldsignal |
//! | `otlp` | `traces`, and sends the spans as OTLP, as the `OTEL_*` variables say |
//! | `otlp-tls` | `https` endpoints, by rustls with aws-lc-rs. A program that uses rustls with another provider [installs](https://docs.rs/rustls/0.23/rustls/crypto/struct.CryptoProvider.html#method.install_default) that one first, and this feature uses it |
//! | `operate` | [`mod@operate`]: rules, alerts, runbooks and dashboards from the code, and the command that writes them |
//! | `testing` | [`mod@testing`]: registries of their own for parallel tests, and assertions |
//! | `secrecy` | the secret types of `secrecy` as [`Sensitive`]: they do not compile as fields or labels |
#![cfg_attr(docsrs, feature(doc_cfg), doc(auto_cfg(hide(goldsignal_loom))))]
#![cfg_attr(
    not(feature = "axum"),
    expect(dead_code, unused_imports, reason = "requests are observed at axum's boundary")
)]

#[cfg(not(goldsignal_loom))]
extern crate self as goldsignal;

#[cfg(not(goldsignal_loom))]
#[doc(hidden)]
pub mod __private;
#[cfg(all(feature = "axum", not(goldsignal_loom)))]
pub mod axum;
#[cfg(all(any(feature = "metrics", feature = "prometheus"), not(goldsignal_loom)))]
pub mod bridge;
#[cfg(not(goldsignal_loom))]
pub mod declare;
#[cfg(not(goldsignal_loom))]
pub mod emit;
#[cfg(not(goldsignal_loom))]
pub mod expose;
#[cfg(not(goldsignal_loom))]
mod lifecycle;
#[cfg(not(goldsignal_loom))]
mod log;
#[cfg(not(goldsignal_loom))]
mod macros;
#[cfg(not(goldsignal_loom))]
pub mod observe;
#[cfg(all(feature = "operate", not(goldsignal_loom)))]
pub mod operate;
pub mod record;
#[cfg(not(goldsignal_loom))]
pub mod registry;

#[cfg(all(feature = "telemetry", not(goldsignal_loom)))]
pub mod telemetry;
#[cfg(all(feature = "testing", not(goldsignal_loom)))]
pub mod testing;

#[cfg(all(feature = "telemetry", not(goldsignal_loom)))]
pub use telemetry::Telemetry;
#[cfg(not(goldsignal_loom))]
pub use {
    declare::{
        Blame, Descriptor, Fault, FaultKind, FaultTag, Kind, Label, Labels, Level, MetricPrefix,
        Naming, Operation, Outcome, Sensitive, Slo, SourceLocation,
    },
    observe::{Current, RequestId, TraceContext, current},
    record::{Counter, Gauge, Histogram},
    registry::Registry,
};

/// Observes the calls of a function: counts them by outcome, measures them, keeps how many are in flight,
/// and writes one closing event for each.
///
/// It goes on functions and methods of every kind: sync, `async`, generic, returning `impl Future`,
/// `Pin<Box<dyn Future>>` or `BoxFuture`, in traits and with `async_trait`; and on `impl` blocks, whose methods
/// are then named after the type. The function stays callable as written.
///
/// | option | |
/// |---|---|
/// | `get = "/path/{id}"`, `post`, `put`, `patch`, `delete`, `head`, `options`, `trace`, `connect`, `any` for all methods | a route, for [`routes!`] and for the series of its requests |
/// | `fields(a, %b, c = d.len())` | what is captured at entry, see below; nothing that is not named |
/// | `ok(\|value\| id = value.id)`, `err(\|error\| kind = ?error.kind())` | what is captured of the value, when it ends well or badly: a pattern, then fields |
/// | `slo = API` | the objective ([`Slo`]) that it counts towards |
/// | `level = debug` | the level of the closing event of a good end, `trace` to `error`; `info` unless told otherwise. A client's error and what was cut short are warnings, failures are errors |
/// | `buckets = [0.1, 0.5, 2.5]` | the boundaries of its latency in seconds; an objective's threshold is added |
/// | `name = "billing"` | its name; `module::function` unless told otherwise |
/// | `long` | it lasts as long as a connection, and is kept out of the latencies |
/// | `skip` | on a method: not this one of the observed block |
/// | `crate = path` | where goldsignal is, where it is not at `::goldsignal` |
///
/// A function may have several routes, of any methods and paths; a method has none. Every other option is given once.
///
/// | field | captures |
/// |---|---|
/// | `a`, `a.b` | a number, `bool` or text as it is, under its own name |
/// | `%a` | by `Display` |
/// | `?a` | by `Debug` |
/// | `name = a.len()`, `name = %a`, `name = ?a` | any expression, under this name |
/// | `a.b = …`, `"a-b" = …` | under a name with dots, or any other |
/// | `hash(a)`, `name = hash(a)` | sixteen hexadecimal digits, equal for equal values; keyed by `GOLDSIGNAL_HASH_KEY` |
/// | `redacted(a)`, `name = redacted(a)` | only that it was there |
/// | `public(a)`, `name = public(%a)` | as without it, though its name looks secret |
///
/// How a call ended is said by the value's type: of a `Result` whose error is a [`Fault`](trait@Fault) by the fault, of a
/// `StatusCode` or `Response` by the status, of another `impl IntoResponse` by the response that it becomes. So is a handler's
/// error that is no `Fault` but becomes a response: by its status, its `grpc-status`, or a [`FaultTag`] among its extensions.
/// Any other error is `error`, with the `error_type` `_OTHER`.
///
/// ```
/// use goldsignal::observed;
///
/// /// Parses a port.
/// #[observed(fields(text_len = text.len()), ok(|port| port = *port), level = debug)]
/// fn parse(text: &str) -> Result<u16, std::num::ParseIntError> {
///     text.trim().parse()
/// }
///
/// #[observed]
/// async fn double(port: u16) -> Option<u16> {
///     port.checked_mul(2)
/// }
/// # let _ = (parse("1"), double(1));
/// ```
///
/// ```
/// use goldsignal::observed;
///
/// struct User {
///     id: u64,
///     token: String,
/// }
///
/// #[observed(
///     fields(user.id, %path, ?range, size = range.len(), "x-path" = path, hash(user.token), again = redacted(path)),
///     err(|error| %error),
///     level = "debug",
///     buckets = [0.01, 0.1],
/// )]
/// fn read(user: &User, path: &str, range: std::ops::Range<usize>) -> Result<u64, String> {
///     Err(format!("cannot read {path}"))
/// }
/// ```
///
/// Text whose name [looks secret](crate::declare::sensitive::looks_secret) needs `redacted(..)`, `hash(..)` or
/// `public(..)`; numbers and truth values do not, except numbers under names such as `pin`. A value of a
/// [`Sensitive`] type never compiles as it is:
///
/// ```compile_fail
/// #[goldsignal::observed(fields(password))]
/// fn log_in(user: &str, password: &str) {}
/// ```
pub use goldsignal_macros::observed;

/// Counts the ends of a function: `#[business_counter(Struct::counter_total, Labels { .. }, options)]`.
///
/// | option | |
/// |---|---|
/// | `on = ok` | good ends, the default; `err`: errors and panics; `always`: all, cut short or not |
/// | `by = amount` | how much is added: a whole number |
/// | `if = condition` | whether anything is added |
/// | `crate = path` | where goldsignal is, where it is not at `::goldsignal` |
///
/// Labels, `by` and `if` are evaluated at entry. Several counters may be stacked, in any order with
/// [`observed`](macro@observed), and without it. Where the value does not tell how the function ended (`impl IntoResponse`, an
/// error that is no [`Fault`](trait@Fault)), the increment waits for the response.
///
/// ```
/// use goldsignal::{Counter, Metrics, business_counter};
///
/// /// Metrics of the mailer.
/// #[derive(Metrics)]
/// struct Mailer {
///     /// Mails sent.
///     mails_sent_total: Counter,
///     /// Bytes that could not be sent.
///     mails_lost_bytes_total: Counter,
/// }
///
/// #[business_counter(Mailer::mails_sent_total)]
/// #[business_counter(Mailer::mails_lost_bytes_total, on = err, by = text.len())]
/// fn send(text: &str) -> Result<(), String> {
///     if text.is_empty() { Err("nothing to send".into()) } else { Ok(()) }
/// }
///
/// let before = Mailer::get().mails_sent_total.get();
/// let _ = (send("a"), send(""));
/// assert_eq!(Mailer::get().mails_sent_total.get(), before + 1);
/// ```
pub use goldsignal_macros::business_counter;

/// Mounts observed handlers under the routes that their attributes state, as an `axum::Router`.
///
/// Handlers of any state type and with any extractors do; one may have layers of its own:
/// `routes![list, create.layer(limit)]`. What extractors reject is counted under the handler's endpoint.
///
/// `routes![under = "/api"; list, create]` mounts them under a prefix, a constant that begins with a slash and does not end with
/// one: `/api/items`. Rules, runbooks and dashboards then name the whole path, as the series do. In a router that is nested
/// (`Router::nest`) handlers are counted under the whole path too, but what is generated names what they state, which the
/// log warns of once.
///
/// A function that is not observed, or states no route, does not compile: the compiler says that a type was
/// expected, as the route is found by a type of the function's name. State one: `#[observed(get = "/path")]`.
///
/// # Panics
/// When two of the handlers state one route, or name a path's parameters differently; the message has both
/// source lines.
///
/// ```
/// use goldsignal::{observed, routes};
///
/// #[observed(get = "/health")]
/// async fn health() -> &'static str {
///     "ok"
/// }
///
/// mod items {
///     #[goldsignal::observed(get = "/items")]
///     pub async fn list() -> &'static str {
///         "none"
///     }
/// }
///
/// let app: axum::Router = routes![health, items::list];
/// # drop(app);
/// ```
#[cfg(feature = "axum")]
pub use goldsignal_macros::routes;

/// Makes an enum without data a label: one dimension with a finite domain.
///
/// Each variant becomes a value in `snake_case`; `#[label(rename = "…")]` on a variant gives it another text.
/// `#[label(crate = path)]` on the enum says where goldsignal is, where it is not at `::goldsignal`.
///
/// ```
/// use goldsignal::Label;
///
/// #[derive(Label)]
/// enum Plan {
///     Free,
///     Pro,
///     #[label(rename = "on-premises")]
///     OnPremises,
/// }
/// assert_eq!(Plan::VALUES, ["free", "pro", "on-premises"]);
/// ```
pub use goldsignal_macros::Label;

/// Makes a struct with named fields a set of labels.
///
/// | on a field | |
/// |---|---|
/// | *nothing* | its type is a [`Label`](trait@Label): an enum of values that are all known |
/// | `#[label(budget = 50)]` | its type is text (`AsRef<str>`), of which 50 different values are counted; further ones fold to `_OTHER` |
/// | `#[label(rename = "…")]` | the label's name; by default the field's |
///
/// The struct may have one lifetime, for text that it borrows: a metric is then over `Search<'static>`, and
/// takes labels of any lifetime. `#[labels(crate = path)]` on the struct says where goldsignal is.
///
/// ```
/// use goldsignal::{Counter, Label, Labels};
///
/// #[derive(Label)]
/// enum Source {
///     Api,
///     Import,
/// }
///
/// #[derive(Labels)]
/// struct Search<'a> {
///     source: Source,
///     #[label(budget = 50)]
///     tenant: &'a str,
/// }
///
/// fn count(searches: &Counter<Search<'static>>, tenant: &str) {
///     searches.inc(Search { source: Source::Api, tenant });
/// }
/// ```
///
/// `String`, numbers and secret types as labels do not compile:
///
/// ```compile_fail
/// #[derive(goldsignal::Labels)]
/// struct ByUser {
///     user_id: String,
/// }
/// ```
pub use goldsignal_macros::Labels;

/// Declares metrics: each field of the struct is one.
///
/// ```
/// use goldsignal::{Counter, Gauge, Histogram, Label, Labels, Metrics};
///
/// /// Metrics of the task list.
/// #[derive(Metrics)]
/// #[metrics(prefix = "todo_")]
/// struct TaskMetrics {
///     /// Tasks created.
///     tasks_created_total: Counter<CreatedBy>,
///     /// Pending tasks, counted in the database.
///     active_tasks: Gauge,
///     /// How long a task waited until it was done.
///     #[metric(buckets = [60, 3600, 86400])]
///     task_age_seconds: Histogram,
/// }
///
/// #[derive(Labels)]
/// struct CreatedBy {
///     plan: Plan,
/// }
///
/// #[derive(Label)]
/// enum Plan {
///     Free,
///     Pro,
/// }
///
/// let metrics = TaskMetrics::get();
/// metrics.tasks_created_total.inc(CreatedBy { plan: Plan::Pro });
/// metrics.active_tasks.set(3);
/// assert_eq!(metrics.tasks_created_total.get(CreatedBy { plan: Plan::Pro }), 1);
/// ```
///
/// A metric's name is the struct's prefix and the field's name, its help text the first paragraph of the
/// field's doc comment. A counter ends in `_total`, a histogram in its base unit, a gauge in neither
/// `_total` nor what the exposition format adds (`_count`, `_sum`, …). Every series of finite labels stands at
/// zero from the start. Declaring a name again in the same way is to share it.
///
/// | on the struct: `#[metrics(..)]` | |
/// |---|---|
/// | `prefix = "todo_"` | begins every name |
/// | `crate = path` | where goldsignal is, where it is not at `::goldsignal` |
///
/// | on a field: `#[metric(..)]` | |
/// |---|---|
/// | `name = "…"` | instead of the field's name; the prefix stays |
/// | `help = "…"` | instead of the doc comment |
/// | `unit = "…"` | a unit that is no base unit of Prometheus; the name ends in it |
/// | `buckets = [..]` | upper bounds of a histogram, ascending, or a constant of them; there are default ones for `_seconds` and `_bytes` |
/// | `budget = 10_000` | the most series that the labels may span; more do not compile |
pub use goldsignal_macros::Metrics;

/// Classifies an error type: each variant of an enum, or a struct, gets a finite name and a status.
///
/// ```
/// use goldsignal::Fault;
/// use http::StatusCode;
///
/// #[derive(Fault)]
/// enum ApiError {
///     #[fault(status = 404)]
///     NotFound,
///     #[fault(status = StatusCode::SERVICE_UNAVAILABLE, error_type = "database")]
///     Sql(std::io::Error),
///     #[fault(status = code)]
///     Upstream { code: u16 },
///     #[fault(transparent)]
///     Quota(QuotaError),
/// }
///
/// #[derive(Fault)]
/// #[fault(status = 429)]
/// struct QuotaError;
///
/// assert_eq!(ApiError::NotFound.error_type(), "not_found");
/// assert_eq!(ApiError::Upstream { code: 502 }.status(), Some(502));
/// assert_eq!(ApiError::Quota(QuotaError).error_type(), "quota_error");
/// ```
///
/// | on a variant or a struct: `#[fault(..)]` | |
/// |---|---|
/// | `status = 404` | a number from 400 to 599, a constant (`u16` or `StatusCode`), a field's name, or an expression, which may use `self` |
/// | `error_type = "…"` | the finite name; by default the variant's or struct's in `snake_case` |
/// | `blame = client` or `server` | whose fault it is, where the status does not tell |
/// | `transparent` | as the fault in its one field |
///
/// | on the enum or struct | |
/// |---|---|
/// | `response` | also implements axum's `IntoResponse`: problem details (RFC 9457) of the same status and name, so that what is answered is what is counted (feature `axum`) |
/// | `response, detail` | the same with `detail`, the `Display` text, for faults of the client; the service's own go into the log only |
/// | `crate = path` | where goldsignal is, where it is not at `::goldsignal` |
pub use goldsignal_macros::Fault;
