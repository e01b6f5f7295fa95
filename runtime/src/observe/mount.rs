//! The paths at which operations are mounted: those that they state, or the same under a prefix.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::site::{Site, sites};
use crate::declare::catalog::Catalog;
use crate::declare::{Operation, Route};
use crate::record::linked::section;
use crate::record::metric::families;

/// The common prefix of the routes of `routes![under = ..]`.
#[derive(Clone, Copy, Debug)]
pub struct RoutePrefix(&'static str);

impl RoutePrefix {
    /// No prefix.
    pub const NONE: Self = Self("");

    /// A prefix.
    ///
    /// # Panics
    /// If it does not begin with a slash, ends with one, or has a wildcard; in a constant that is a
    /// compile error.
    #[track_caller]
    pub const fn new(path: &'static str) -> Self {
        let text = path.as_bytes();
        assert!(!text.is_empty() && text[0] == b'/', "a prefix must begin with a slash");
        assert!(
            text[text.len() - 1] != b'/',
            "remove the slash at the end of the prefix: each route begins with one"
        );
        let mut at = 1;
        while at < text.len() {
            assert!(
                text[at - 1] != b'{' || text[at] != b'*',
                "a prefix cannot contain a wildcard: the routes are appended to it"
            );
            at += 1;
        }
        Self(path)
    }

    pub(crate) const fn path(self) -> &'static str {
        self.0
    }
}

/// An operation that is mounted under a prefix; a static that the linker collects.
#[derive(Debug)]
pub struct MountedOperation {
    site: fn() -> &'static Site,
    prefix: RoutePrefix,
}

impl MountedOperation {
    /// Mounts the operation of a site under `prefix`.
    pub const fn new(site: fn() -> &'static Site, prefix: RoutePrefix) -> Self {
        Self { site, prefix }
    }
}

section! {
    "mounts",
    /// The operations that are mounted under a prefix.
    fn mounts() -> &'static [MountedOperation]
}

impl Catalog {
    /// Reads the section that the linker collected.
    pub fn linked() -> Self {
        Self::of(operations(), families())
    }
}

/// All annotated operations of this binary, with whole paths. An operation that another attribute
/// macro expanded again occurs twice.
pub(crate) fn operations() -> impl Iterator<Item = &'static Operation> {
    static OPERATIONS: LazyLock<Vec<&'static Operation>> = LazyLock::new(|| {
        let mut prefixes: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for mount in mounts() {
            let prefixes = prefixes.entry((mount.site)().operation().location).or_default();
            if !prefixes.contains(&mount.prefix.path()) {
                prefixes.push(mount.prefix.path());
            }
        }
        let mounted = |site: &'static Site| match prefixes.get(&site.operation().location) {
            Some(prefixes) => under(site.operation(), prefixes),
            None => site.operation(),
        };
        sites().iter().map(mounted).collect()
    });
    OPERATIONS.iter().copied()
}

/// `operation` with its routes under each of `prefixes`. It lives as long as the process, like the
/// operation.
fn under(operation: &Operation, prefixes: &[&str]) -> &'static Operation {
    let routes = prefixes.iter().flat_map(|prefix| {
        let whole = |route: &Route| Route { path: route.under(prefix).leak(), ..*route };
        operation.routes.iter().map(whole)
    });
    let routes = routes.collect::<Vec<_>>().leak();
    Box::leak(Box::new(operation.routes(routes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::SourceLocation;

    #[test]
    fn routes_are_whole_under_each_prefix() {
        const ROUTES: &[Route] =
            &[Route { method: "GET", path: "/" }, Route { method: "PUT", path: "/{id}" }];
        let operation = Operation::new("mounted", SourceLocation::new("f", 1, "m")).routes(ROUTES);
        let whole = under(&operation, &["/v1", "/v2"]);
        let routes: Vec<_> = whole.routes.iter().map(Route::to_string).collect();
        assert_eq!(routes, ["GET /v1", "PUT /v1/{id}", "GET /v2", "PUT /v2/{id}"]);
        assert!(whole.is(&operation));
    }
}
