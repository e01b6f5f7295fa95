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
//! | `page` (default) | `axum`, and the live page on the admin listener |
//! | `http2` | HTTP/2 under `Telemetry::serve`, with WebSockets over it |
//! | `tonic` | `tonic::Status` as a [`Fault`](trait@Fault), named by its code |
//! | `metrics` | `bridge::metrics`: a recorder for the `metrics` facade |
//! | `prometheus` | `bridge::prometheus`: to and from a `prometheus::Registry` |
//! | `traces` | spans of requests and calls, for any exporter of `opentelemetry_sdk`: `Builder::span_exporter`. The public API then contains types of `opentelemetry_sdk` 0.33 (`Sampler`, `SpanExporter`), so that an incompatible release of that crate needs one of goldsignal |
//! | `otlp` | `traces`, and sends the spans as OTLP, as the `OTEL_*` variables say |
//! | `otlp-tls` | `https` endpoints, by rustls with aws-lc-rs. A program that uses rustls with another provider [installs](https://docs.rs/rustls/0.23/rustls/crypto/struct.CryptoProvider.html#method.install_default) that one first, and this feature uses it |
//! | `process` (default) | what the process uses of its limits and those of its container, on Linux: [`saturation::process`] |
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
pub mod mcp;
#[cfg(not(goldsignal_loom))]
pub mod observe;
#[cfg(all(feature = "operate", not(goldsignal_loom)))]
pub mod operate;
pub mod record;
#[cfg(not(goldsignal_loom))]
pub mod registry;

#[cfg(not(goldsignal_loom))]
pub mod saturation;
#[cfg(all(feature = "telemetry", not(goldsignal_loom)))]
pub mod telemetry;
#[cfg(all(feature = "testing", not(goldsignal_loom)))]
pub mod testing;

#[cfg(not(goldsignal_loom))]
#[doc(hidden)]
pub use __private::refusals as __refusals;
#[cfg(all(feature = "telemetry", not(goldsignal_loom)))]
pub use telemetry::Telemetry;
#[cfg(not(goldsignal_loom))]
pub use {
    declare::{
        Blame, Descriptor, Fault, FaultKind, FaultTag, Kind, Label, Labels, Level, MetricPrefix,
        Naming, Operation, Outcome, Sensitive, Severity, Slo, SourceLocation,
    },
    observe::{Current, RequestId, TraceContext, current::current},
    record::{Counter, Distinct, Gauge, Hashed, Histogram, Named, Top},
    registry::Registry,
};

/// Observes the calls of a function: counts them by outcome, measures their duration, counts those in flight, and emits
/// one `tracing` event when each of them ends (the *closing event*).
///
/// The attribute can be put on all kinds of functions and methods: synchronous, `async`, generic, returning `impl
/// Future`, `Pin<Box<dyn Future>>` or `BoxFuture`, in traits, and with `async_trait`. On an `impl` block it observes
/// every method, with the type in the method's name. Callers see the function as it is written.
///
/// | option | meaning |
/// |---|---|
/// | `get = "/path/{id}"`, `post`, `put`, `patch`, `delete`, `head`, `options`, `trace`, `connect`, `any` for all methods | a route of the handler: [`routes!`] mounts it, and its requests are counted under it |
/// | `fields(a, %b, c = d.len())` | the fields to capture at entry, see below; others are not captured |
/// | `ok(\|value\| id = value.id)`, `err(\|error\| kind = ?error.kind())` | the fields to capture from the returned value, if it is a success or an error: a pattern, then fields |
/// | `slo = API` | the objective ([`Slo`]) that the calls count towards |
/// | `level = debug` | the level of the closing event of a success: `trace`, `debug`, `info` (the default), `warn` or `error`. Client errors and cancelled calls are warnings, failures are errors |
/// | `buckets = [0.1, 0.5, 2.5]` | the bucket bounds of the duration in seconds, or a constant: an array or a slice of `f64`; the latency threshold of the objective is added |
/// | `tool = "create_task"` | it is the function of a tool in a server of the Model Context Protocol: its calls are counted as tool calls, too, see [`mod@mcp`] |
/// | `name = "billing"` | the name of the operation; by default `module::function` or `module::Type::method` |
/// | `poll_budget = "25ms"` | how long one poll of a call may block its thread (10 ms by default): a longer one is counted, and warned of |
/// | `long` | the calls last as long as a connection: they have buckets of their own, and are left out of the latencies |
/// | `skip` | on a method of an observed `impl` block: the method is not observed |
/// | `crate = path` | the path of goldsignal; by default `::goldsignal` |
///
/// A function can have several routes, of any methods and paths; a method can have none. Every other option can be
/// given once. An `impl` block takes `slo`, `level`, `buckets`, `poll_budget`, `long` and `crate`, for all of its methods that do not
/// set them.
///
/// | field | captures |
/// |---|---|
/// | `a`, `a.b` | a number, a `bool` or text, under its own name |
/// | `%a` | the `Display` text |
/// | `?a` | the `Debug` text |
/// | `name = a.len()`, `name = %a`, `name = ?a` | any expression, under the given name |
/// | `a.b = …`, `"a-b" = …` | the same, under a name with dots or other characters |
/// | `hash(a)`, `name = hash(a)` | a hash: 16 hexadecimal digits, equal for equal values, with the key `GOLDSIGNAL_HASH_KEY` |
/// | `redacted(a)`, `name = redacted(a)` | only that there was a value |
/// | `public(a)`, `name = public(%a)` | the value, although its name looks like that of a secret |
///
/// The type of the returned value determines how a call ended:
///
/// | value | classified by |
/// |---|---|
/// | `Result` whose error is a [`Fault`](trait@Fault) | the fault |
/// | `http::StatusCode`, `http::Response`, a tuple that begins with a status | the status, or a [`FaultTag`] in the response's extensions |
/// | another `impl IntoResponse`, or a `Result` whose error becomes a response | the response: its status, its `grpc-status`, or a [`FaultTag`] in its extensions |
/// | another `Result` | `Err` is an `error` with the `error_type` `_OTHER` |
/// | `Option`, and any other value | a success |
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
/// Text whose name, or a name in its expression, [looks like a secret](crate::declare::sensitive::looks_secret) needs `redacted(..)`, `hash(..)` or
/// `public(..)`. Numbers and `bool` do not, except numbers under names such as `pin`. A value of a [`Sensitive`] type
/// always needs `redacted(..)` or `hash(..)`. Otherwise the function does not compile:
///
/// ```compile_fail
/// #[goldsignal::observed(fields(password))]
/// fn log_in(user: &str, password: &str) {}
/// ```
pub use goldsignal_macros::observed;

/// Increments a counter when a call of the function ends.
///
/// `#[business_counter(Struct::counter_total, Labels { .. }, options)]` names the counter by the
/// [`Metrics`](derive@Metrics) struct and its field. The labels are left out if the counter has none.
///
/// | option | meaning |
/// |---|---|
/// | `on = ok` | counts successes (the default) |
/// | `on = err` | counts errors and panics |
/// | `on = always` | counts all calls, including cancelled ones |
/// | `by = amount` | the amount of the increment, a positive integer; by default 1 |
/// | `if = condition` | counts only if the condition is true |
/// | `crate = path` | the path of goldsignal; by default `::goldsignal` |
///
/// Labels, `by` and `if` are evaluated before the function's body runs. A function can have several counters, in any
/// order with [`observed`](macro@observed), or without it. If only the response determines how the function ended
/// (`impl IntoResponse`, or an error that is not a [`Fault`](trait@Fault)), the increment is deferred until then.
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

/// Makes an `axum::Router` of observed handlers, with the routes from their attributes.
///
/// | syntax | meaning |
/// |---|---|
/// | `routes![list, items::create]` | mounts the handlers, with any state type and any extractors |
/// | `routes![list, create.layer(limit)]` | adds a layer to one handler |
/// | `routes![under = "/api"; list]` | nests all routes under a prefix, a constant: `/api/items` |
/// | `routes![crate = path; list]` | the path of goldsignal; by default `::goldsignal` |
///
/// A request that an extractor rejects is counted under the handler's route, too.
///
/// With `under`, series, rules, runbooks and dashboards contain the complete path. With `Router::nest`, the series do,
/// but the generated files contain the path in the attribute; the log warns of that once.
///
/// A function that is not observed, or has no route, does not compile. The compiler's message is that it expected a
/// type, since `routes!` finds the route in a type with the name of the function. Add a route to the attribute:
/// `#[observed(get = "/path")]`.
///
/// # Panics
/// If two of the handlers have the same route, or name the parameters of a path differently. The message contains both
/// source locations.
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

/// Makes an enum without data a label with a finite set of values.
///
/// | attribute | on | meaning |
/// |---|---|---|
/// | `#[label(rename = "…")]` | a variant | the value of the variant; by default its name in `snake_case` |
/// | `#[label(crate = path)]` | the enum | the path of goldsignal; by default `::goldsignal` |
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
/// | attribute | on | meaning |
/// |---|---|---|
/// | *none* | a field | the type is a [`Label`](trait@Label), with a finite set of values |
/// | `#[label(budget = 50)]` | a field | the type is text (`AsRef<str>`). The first 50 different values are counted, all others fold to `_OTHER` |
/// | `#[label(rename = "…")]` | a field | the name of the label; by default that of the field |
/// | `#[labels(crate = path)]` | the struct | the path of goldsignal; by default `::goldsignal` |
///
/// The struct can have one lifetime, for text that it borrows. The type of a metric is then `Counter<Search<'static>>`,
/// and it accepts labels of any lifetime.
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
/// `String`, numbers and sensitive types do not compile as labels:
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
/// The name of a metric is the struct's prefix followed by the field's name. The help text is the first paragraph of
/// the field's doc comment. The name of a counter must end in `_total`, that of a histogram in its base unit. The name
/// of a gauge must not end in `_total`, nor in a suffix that the exposition format adds (`_count`, `_sum`, …).
///
/// A [`Distinct`] tells how many different keys were seen, such as users; a [`Top`], how much the heaviest of them weigh.
///
/// Every series with finite labels is exposed from the start, with the value 0. Two declarations that are equal share
/// the same metric.
///
/// | on the struct: `#[metrics(..)]` | meaning |
/// |---|---|
/// | `prefix = "todo_"` | the beginning of every name, which ends in `_` |
/// | `crate = path` | the path of goldsignal; by default `::goldsignal` |
///
/// | on a field: `#[metric(..)]` | meaning |
/// |---|---|
/// | `name = "…"` | replaces the field's name; the prefix still applies |
/// | `help = "…"` | replaces the doc comment |
/// | `unit = "…"` | a unit that is not a base unit of Prometheus; the name must end in it |
/// | `buckets = [..]` | the upper bounds of a histogram's buckets in ascending order, or a constant: an array or a slice of `f64`; for `_seconds` and `_bytes` there are default ones |
/// | `budget = 10_000` | how many series the labels can form at most; more do not compile |
pub use goldsignal_macros::Metrics;

/// Classifies an error type: each variant of an enum, or a struct, has an error type from a finite set and a status.
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
/// | on a variant or a struct: `#[fault(..)]` | meaning |
/// |---|---|
/// | `status = 404` | the status: a number from 400 to 599, a constant (`u16` or `StatusCode`), the name of a field, or an expression, which can use `self` |
/// | `error_type = "…"` | the error type; by default the name of the variant or struct in `snake_case` |
/// | `blame = client` or `blame = server` | whether the client or the service caused the fault; by default derived from the status |
/// | `transparent` | classifies the error as the [`Fault`](trait@Fault) in its only field |
///
/// | on the enum or struct: `#[fault(..)]` | meaning |
/// |---|---|
/// | `response` | also implements axum's `IntoResponse`: problem details (RFC 9457) with the same status and error type that are counted (feature `axum`) |
/// | `response, detail` | the same, with the `Display` text as `detail` for faults of the client; the text of the service's faults is only logged |
/// | `crate = path` | the path of goldsignal; by default `::goldsignal` |
pub use goldsignal_macros::Fault;
