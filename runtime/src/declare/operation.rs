//! Operations: annotated functions, as constant data.

use std::time::Duration;

use super::fault::FaultKind;
use super::objective::Slo;
use super::source_location::SourceLocation;

/// A route of a handler: a method and a path template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Route {
    /// The method in capitals; [`Route::ANY`] for all methods.
    pub method: &'static str,
    /// The path template in axum's syntax: `/api/{user_id}/tasks`.
    pub path: &'static str,
}

impl Route {
    /// The value of [`method`](Self::method) for all methods.
    pub const ANY: &'static str = "ANY";

    /// The route of `method` and `path`.
    pub const fn new(method: &'static str, path: &'static str) -> Self {
        Self { method, path }
    }

    /// The route of a method and a path with a space between them. It expands to less code than two texts.
    #[doc(hidden)]
    pub const fn of(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let mut end = 0;
        while bytes[end] != b' ' {
            end += 1;
        }
        let (method, path) = bytes.split_at(end);
        let (_, path) = path.split_at(1);
        match (std::str::from_utf8(method), std::str::from_utf8(path)) {
            (Ok(method), Ok(path)) => Self::new(method, path),
            _ => unreachable!(),
        }
    }

    /// The methods whose series start at zero if a route accepts all methods.
    const EXPECTED_OF_ANY: &'static [&'static str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// The only method that the route accepts; `None` if it accepts all.
    pub fn only_method(&self) -> Option<&'static str> {
        Some(self.method).filter(|method| *method != Self::ANY)
    }

    /// The methods whose series start at zero.
    pub(crate) fn methods(&self) -> &[&'static str] {
        if self.method == Self::ANY {
            Self::EXPECTED_OF_ANY
        } else {
            std::slice::from_ref(&self.method)
        }
    }

    /// Whether the route accepts requests with `method`. axum routes HEAD to GET if no handler is for HEAD.
    pub(crate) fn takes(&self, method: &str) -> bool {
        self.method == method
            || self.method == Self::ANY
            || (self.method == "GET" && method == "HEAD")
    }

    /// The path of the route if it is mounted under `prefix`, as in axum's `nest`.
    pub(crate) fn under(&self, prefix: &str) -> String {
        match self.path {
            "/" if !prefix.is_empty() => prefix.to_owned(),
            path => format!("{prefix}{path}"),
        }
    }

    /// Whether `path` can be the path of this route, possibly in a nested router.
    pub(crate) fn is_within(&self, path: &str) -> bool {
        // A path begins with a slash, so only whole segments match. axum removes the path `/` when it nests: the path
        // is then the prefix alone.
        path.ends_with(self.path) && (self.path != "/" || path == "/")
    }
}

/// `GET /path`.
impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// The level of a closing event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// Very detailed.
    Trace,
    /// For debugging.
    Debug,
    /// The default for calls that end well.
    Info,
    /// Something that may need attention.
    Warn,
    /// Something failed.
    Error,
}

/// An annotated function. Its expansion declares it as a `static`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Operation {
    /// `module::[Type::]function`.
    pub name: &'static str,
    /// Its source location.
    pub location: SourceLocation,
    /// The help text, from the doc comment.
    pub help: &'static str,
    /// Its routes; empty for a function that is not a handler.
    pub routes: &'static [Route],
    /// The name of the tool that it is in a server of the Model Context Protocol.
    pub tool: Option<&'static str>,
    /// The names of the fields that it captures, in order.
    pub fields: &'static [&'static str],
    /// The names of the fields that are logged as `hash(..)` or `redacted(..)` only.
    pub hidden: &'static [&'static str],
    /// The boundaries of its latency histogram, in seconds.
    pub bounds: &'static [f64],
    /// The objective that it counts towards.
    pub slo: Option<&'static Slo>,
    /// The level of its closing event if it ends well.
    pub level: Level,
    /// Whether it lasts as long as a connection, so that its duration is not a latency.
    pub long: bool,
    /// How long one poll of it may take: until it ends, the runtime's thread runs no other task.
    pub poll_budget: Duration,
    ends: KnownEnds,
}

/// How calls of an operation can end, as far as its types show.
#[derive(Clone, Copy, Debug)]
enum KnownEnds {
    /// A constant of its types, behind a function: a static cannot name them.
    OfTypes(fn() -> Ends),
    /// As another program wrote it.
    #[cfg(feature = "operate")]
    Read(Ends),
}

/// How calls can end, as far as the return type shows.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Ends {
    /// The kinds of faults of the error type.
    pub faults: &'static [FaultKind],
    /// The status of a response without an error.
    pub success: Option<u16>,
}

/// Whether the Model Context Protocol allows a tool to have this name.
pub(crate) const fn is_tool_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        if !(bytes[index].is_ascii_alphanumeric() || matches!(bytes[index], b'_' | b'-' | b'.')) {
            return false;
        }
        index += 1;
    }
    !bytes.is_empty() && bytes.len() <= 128
}

impl Operation {
    /// Whether both are of the same function. Another macro may expand a function twice, which makes two statics.
    #[inline]
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || self.location == other.location
    }

    /// How long one poll may take by default. Tokio's documentation has 10 to 100 µs between two `.await` as a good rule
    /// of thumb; a hundred times more delays other tasks noticeably.
    pub const POLL_BUDGET: Duration = Duration::from_millis(10);

    /// An operation with the default of every option.
    pub const fn new(name: &'static str, location: SourceLocation) -> Self {
        Self {
            name,
            location,
            help: "",
            routes: &[],
            tool: None,
            fields: &[],
            hidden: &[],
            bounds: super::buckets::DURATION_SECONDS,
            slo: None,
            level: Level::Info,
            long: false,
            poll_budget: Self::POLL_BUDGET,
            ends: KnownEnds::OfTypes(Ends::default),
        }
    }

    /// An operation at the source location of the caller. It expands to less code than a location of its own.
    #[track_caller]
    #[doc(hidden)]
    pub const fn here(name: &'static str, module: &'static str) -> Self {
        Self::new(name, SourceLocation::here(module))
    }

    /// Sets the help text.
    #[must_use]
    pub const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// Sets how long one poll may take.
    #[must_use]
    pub const fn poll_budget(mut self, poll_budget: Duration) -> Self {
        self.poll_budget = poll_budget;
        self
    }

    /// How long one poll may take, in nanoseconds.
    pub(crate) fn poll_budget_nanoseconds(&self) -> u64 {
        u64::try_from(self.poll_budget.as_nanos()).unwrap_or(u64::MAX)
    }

    /// Sets the routes.
    #[must_use]
    pub const fn routes(mut self, routes: &'static [Route]) -> Self {
        self.routes = routes;
        self
    }

    /// Sets that it is a tool of a server of the Model Context Protocol, and the boundaries of its latency histogram to
    /// those of the protocol's conventions: tools may take minutes.
    ///
    /// # Panics
    /// If the name is not valid: 1 to 128 letters, digits, `_`, `-` or `.`. In a constant that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn tool(mut self, name: &'static str) -> Self {
        assert!(is_tool_name(name), "a tool's name has 1 to 128 letters, digits, `_`, `-` or `.`");
        self.tool = Some(name);
        self.bounds = super::buckets::TOOL_SECONDS;
        self
    }

    /// Nothing. The argument is a constant beside the function, which the function cannot name if it is a method.
    #[doc(hidden)]
    #[must_use]
    pub const fn of_function(self, (): ()) -> Self {
        self
    }

    /// Sets the names of the captured fields.
    #[must_use]
    pub const fn fields(mut self, fields: &'static [&'static str]) -> Self {
        self.fields = fields;
        self
    }

    /// Sets the names of the captured fields that are hashed or redacted.
    #[must_use]
    pub const fn hidden(mut self, hidden: &'static [&'static str]) -> Self {
        self.hidden = hidden;
        self
    }

    /// Sets the boundaries of the latency histogram, in seconds.
    ///
    /// # Panics
    /// If they are empty, more than 64, not finite or not ascending. In a constant that is a compile error.
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

    /// Sets the objective.
    ///
    /// # Panics
    /// If the objective's latency threshold is outside of the buckets. In a constant that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn slo(mut self, slo: &'static Slo) -> Self {
        slo.check_bounds(self.bounds);
        self.slo = Some(slo);
        self
    }

    /// Sets the level of the closing event of a call that ends well.
    #[must_use]
    pub const fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Sets that it lasts as long as a connection.
    #[must_use]
    pub const fn long(mut self) -> Self {
        self.long = true;
        self.bounds = super::buckets::LONG_SECONDS;
        self
    }

    /// Sets how it can end. A single function returns all of it, because every additional function in an expansion is
    /// compiled for every observed function.
    #[must_use]
    pub const fn ends(mut self, ends: fn() -> Ends) -> Self {
        self.ends = KnownEnds::OfTypes(ends);
        self
    }

    /// Sets how it can end, as another program wrote it.
    #[cfg(feature = "operate")]
    #[must_use]
    pub(crate) const fn read_ends(mut self, ends: Ends) -> Self {
        self.ends = KnownEnds::Read(ends);
        self
    }

    /// The kinds of faults of its error type, as far as the type shows.
    pub fn faults(&self) -> &'static [FaultKind] {
        self.known_ends().faults
    }

    /// The status of its response without an error, as far as the types show.
    pub fn success(&self) -> Option<u16> {
        self.known_ends().success
    }

    fn known_ends(&self) -> Ends {
        match self.ends {
            KnownEnds::OfTypes(ends) => ends(),
            #[cfg(feature = "operate")]
            KnownEnds::Read(ends) => ends,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_accepts_its_methods() {
        let (get, post) = (Route::new("GET", "/a"), Route::new("POST", "/a"));
        let any = Route::new(Route::ANY, "/a");
        assert!(get.takes("GET") && get.takes("HEAD") && !get.takes("POST"));
        assert!(post.takes("POST") && !post.takes("HEAD"));
        assert!(any.takes("GET") && any.takes("BREW"));
        assert_eq!((get.only_method(), any.only_method()), (Some("GET"), None));
        assert_eq!((get.methods(), any.methods().len()), (&["GET"][..], 5));
    }

    #[test]
    fn a_route_is_nested_as_axum_does() {
        let (root, items) = (Route::new("GET", "/"), Route::new("GET", "/items"));
        assert_eq!((root.under("/api"), root.under("")), ("/api".into(), "/".into()));
        assert_eq!(items.under("/api"), "/api/items");
        assert!(items.is_within("/items") && items.is_within("/api/items"));
        assert!(!items.is_within("/api/old-items") && !items.is_within("/items/x"));
        assert!(root.is_within("/") && !root.is_within("/api/"));
    }

    #[test]
    fn two_statics_of_one_function_are_the_same() {
        let at = |line| Operation::new("a", SourceLocation::new("a.rs", line, "a"));
        assert!(at(1).is(&at(1)) && !at(1).is(&at(2)));
    }
}
