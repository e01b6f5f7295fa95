//! The families of connection pools.
//!
//! They are those of the semantic conventions of OpenTelemetry
//! (<https://opentelemetry.io/docs/specs/semconv/database/database-metrics/>): `db.client.connection.count`, `.max`,
//! `.pending_requests` and `.wait_time`, with `db.client.connection.pool.name` as `pool` and `.state` as `state`.
//!
//! ```
//! use goldsignal::declare::series::pool::{CONNECTIONS, label};
//!
//! assert_eq!(CONNECTIONS.labels, [label::POOL, label::STATE]);
//! ```

use super::{BuiltIn, Name};
use crate::declare::family::Kind;

/// Names of labels.
///
/// ```
/// use goldsignal::declare::series::pool::{CONNECTIONS_MAX, label};
///
/// assert_eq!(CONNECTIONS_MAX.labels, [label::POOL]);
/// ```
pub mod label {
    /// The name of a pool.
    pub const POOL: &str = "pool";
    /// Whether a connection is in use: `idle` or `used`.
    pub const STATE: &str = "state";
}

/// The state of a connection that nobody uses.
pub const IDLE: &str = "idle";
/// The state of a connection that is in use.
pub const USED: &str = "used";

/// Open connections.
pub const CONNECTIONS: BuiltIn = BuiltIn {
    name: Name::Fixed("db_client_connections"),
    help: "Open connections of the pool, by what they do.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[label::POOL, label::STATE],
};

/// The most connections that may be open.
pub const CONNECTIONS_MAX: BuiltIn = BuiltIn {
    name: Name::Fixed("db_client_connections_max"),
    help: "The most connections that the pool may open.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[label::POOL],
};

/// Those that wait for a connection.
pub const PENDING_REQUESTS: BuiltIn = BuiltIn {
    name: Name::Fixed("db_client_connections_pending_requests"),
    help: "How many wait for a connection of the pool.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[label::POOL],
};

/// How long they waited.
pub const WAIT_TIME: BuiltIn = BuiltIn {
    name: Name::Fixed("db_client_connections_wait_seconds"),
    help: "How long it took to get a connection of the pool, or to give up.",
    kind: Kind::Histogram,
    unit: "seconds",
    labels: &[label::POOL],
};

/// All of them.
#[cfg(any(feature = "operate", feature = "page"))]
pub(crate) const ALL: [&BuiltIn; 4] =
    [&CONNECTIONS, &CONNECTIONS_MAX, &PENDING_REQUESTS, &WAIT_TIME];
