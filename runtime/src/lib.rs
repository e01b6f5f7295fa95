//! goldsignal: annotate a function once.

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
mod macros;
#[cfg(not(goldsignal_loom))]
pub mod observe;
pub mod record;
#[cfg(not(goldsignal_loom))]
pub mod registry;

#[cfg(not(goldsignal_loom))]
pub mod telemetry;
#[cfg(all(feature = "testing", not(goldsignal_loom)))]
pub mod testing;

#[cfg(not(goldsignal_loom))]
pub use {
    declare::{
        Blame, Descriptor, Fault, FaultKind, FaultTag, Kind, Label, Labels, Level, Operation,
        Place, Sensitive, Slo,
    },
    observe::{Current, Outcome, RequestId, TraceContext, current},
    record::{Counter, Gauge, Histogram},
    registry::Registry,
    telemetry::Telemetry,
};

/// Observes the calls of a function.
pub use goldsignal_macros::observed;

/// Counts the ends of a function.
pub use goldsignal_macros::business_counter;

/// Mounts observed handlers under the routes that they state.
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
