//! An annotated function, as constant data.

use super::fault::FaultKind;
use super::objective::Slo;
use super::source_location::SourceLocation;

/// A method and a path template, as an attribute states them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    /// The method, in capitals; [`Route::ANY`] for every method.
    pub method: &'static str,
    /// The path template in axum's syntax: `/api/{user_id}/tasks`.
    pub path: &'static str,
}

impl Route {
    /// Stands for every method.
    pub const ANY: &'static str = "ANY";

    /// The route of `method` and `path`.
    pub const fn new(method: &'static str, path: &'static str) -> Self {
        Self { method, path }
    }

    /// The methods whose series stand at zero from the start where a route takes all.
    const USUAL: &'static [&'static str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// The one method that it takes, if it takes no other.
    pub fn only_method(&self) -> Option<&'static str> {
        Some(self.method).filter(|method| *method != Self::ANY)
    }

    /// The methods that are expected.
    pub(crate) fn methods(&self) -> &[&'static str] {
        if self.method == Self::ANY { Self::USUAL } else { std::slice::from_ref(&self.method) }
    }

    /// Whether a request of `method` may come to it. axum lets GET answer HEAD where nothing else does.
    pub(crate) fn takes(&self, method: &str) -> bool {
        self.method == method
            || self.method == Self::ANY
            || (self.method == "GET" && method == "HEAD")
    }

    /// Its path where it is mounted under `prefix`, as axum nests routers.
    pub(crate) fn under(&self, prefix: &str) -> String {
        match self.path {
            "/" if !prefix.is_empty() => prefix.to_owned(),
            path => format!("{prefix}{path}"),
        }
    }

    /// Whether `path` is its own, or that of a router in which it is nested.
    pub(crate) fn is_within(&self, path: &str) -> bool {
        // The first slash is a boundary. `/` is no part of a nested path: `/api` is all that is left of it.
        path.ends_with(self.path) && (self.path != "/" || path == "/")
    }
}

/// `GET /path`.
impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// How severe a closing event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// Very detailed.
    Trace,
    /// For debugging.
    Debug,
    /// The default of what ended well.
    Info,
    /// Worth a look.
    Warn,
    /// Something broke.
    Error,
}

/// An annotated function: the `static` that its expansion declares.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Operation {
    /// `module::[Type::]function`.
    pub name: &'static str,
    /// Where it stands.
    pub location: SourceLocation,
    /// The help text, from the doc comment.
    pub help: &'static str,
    /// Its routes; none for a function that is no handler.
    pub routes: &'static [Route],
    /// The fields that it captures, in order.
    pub fields: &'static [&'static str],
    /// Those of them of which only a hash is logged, or only that they were there.
    pub hidden: &'static [&'static str],
    /// The boundaries of its latency histogram, in seconds.
    pub bounds: &'static [f64],
    /// The objective that it counts towards.
    pub slo: Option<&'static Slo>,
    /// The level of its closing event when it ends well.
    pub level: Level,
    /// Whether it lasts as long as a connection, so that its duration says nothing about latency.
    pub long: bool,
    /// How it can end, as far as the types tell.
    ends: fn() -> Ends,
}

/// How calls can end, as far as their return type tells.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ends {
    /// The ways in which the error type can go wrong.
    pub faults: &'static [FaultKind],
    /// The status that answers a good end.
    pub success: Option<u16>,
}

impl Operation {
    /// Whether both are one function's. A macro that expands a function twice makes two statics of it.
    #[inline]
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || self.location == other.location
    }

    /// An operation with the defaults of everything that an attribute may leave out.
    pub const fn new(name: &'static str, location: SourceLocation) -> Self {
        Self {
            name,
            location,
            help: "",
            routes: &[],
            fields: &[],
            hidden: &[],
            bounds: super::buckets::DURATION_SECONDS,
            slo: None,
            level: Level::Info,
            long: false,
            ends: Ends::default,
        }
    }

    /// States the help text.
    #[must_use]
    pub const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// States the routes.
    #[must_use]
    pub const fn routes(mut self, routes: &'static [Route]) -> Self {
        self.routes = routes;
        self
    }

    /// Names the captured fields.
    #[must_use]
    pub const fn fields(mut self, fields: &'static [&'static str]) -> Self {
        self.fields = fields;
        self
    }

    /// Names those of the captured fields whose values are not logged as they are.
    #[must_use]
    pub const fn hidden(mut self, hidden: &'static [&'static str]) -> Self {
        self.hidden = hidden;
        self
    }

    /// States the boundaries of the latency histogram.
    ///
    /// # Panics
    /// When they are empty, too many, not finite or not ascending; in a constant that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn buckets(mut self, bounds: &'static [f64]) -> Self {
        assert!(
            super::buckets::valid(bounds),
            "buckets must be 1 to 64 finite numbers, each larger than the one before"
        );
        self.bounds = bounds;
        self
    }

    /// Points at the objective.
    ///
    /// # Panics
    /// When the objective's latency threshold lies outside the buckets; in a constant that is a compile
    /// error.
    #[must_use]
    #[track_caller]
    pub const fn slo(mut self, slo: &'static Slo) -> Self {
        slo.check_bounds(self.bounds);
        self.slo = Some(slo);
        self
    }

    /// States the level of a closing event that reports a good end.
    #[must_use]
    pub const fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Says that it lasts as long as a connection.
    #[must_use]
    pub const fn long(mut self) -> Self {
        self.long = true;
        self.bounds = super::buckets::LONG_SECONDS;
        self
    }

    /// States how it can end. One function for all of it: what an expansion has more of, every crate compiles
    /// once for each of its functions.
    #[must_use]
    pub const fn ends(mut self, ends: fn() -> Ends) -> Self {
        self.ends = ends;
        self
    }

    /// The ways in which its error type can go wrong, as far as the types tell.
    pub fn faults(&self) -> &'static [FaultKind] {
        (self.ends)().faults
    }

    /// The status that answers when it ends well, as far as the types tell.
    pub fn success(&self) -> Option<u16> {
        (self.ends)().success
    }
}
