//! A thread's cache of endpoints, which avoids the keyed hash of the global map.

use super::{Endpoint, intern};
use crate::record::direct_mapped_cache::DirectMappedCache;

/// How many endpoints the cache of a thread has slots for.
const RECENT: usize = 64;

thread_local! {
    static ENDPOINTS: DirectMappedCache<&'static Endpoint, RECENT> = const { DirectMappedCache::new() };
}

/// Like [`intern`], for every request: if the thread's cache contains the endpoint, the names are
/// neither concatenated nor hashed.
pub(crate) fn known(method: &'static str, path: &str) -> &'static Endpoint {
    ENDPOINTS.with(|endpoints| {
        let is_it = |known: &&Endpoint| known.path == path && known.method == method;
        endpoints.get_or_insert_with(slot(method, path), is_it, || intern(method, path))
    })
}

/// The slot of an endpoint, by its path's length and both ends, which differ between most routes.
fn slot(method: &str, path: &str) -> usize {
    let path = path.as_bytes();
    let ends = match (path.first_chunk(), path.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(29)
        }
        _ => path.iter().fold(0, |text, byte| text << 8 | u64::from(*byte)),
    };
    let lengths = (path.len() << 8 | method.len()) as u64;
    // Fibonacci hashing: the upper bits depend on all bits.
    let mixed = (ends ^ lengths).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    // At most this many bits remain.
    usize::try_from(mixed >> (u64::BITS - RECENT.ilog2())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_names_are_the_same_endpoint_wherever_they_are_remembered() {
        let paths: Vec<String> = (0..4 * RECENT).map(|number| format!("/known/{number}")).collect();
        for path in &paths {
            assert_eq!(known("GET", path).path, path, "it has the slot of others");
        }
        for _ in 0..2 {
            for path in &paths {
                for method in ["GET", "PUT"] {
                    let endpoint = known(method, path);
                    assert_eq!((endpoint.method, endpoint.path), (method, &**path));
                    assert!(std::ptr::eq(endpoint, known(method, &path.clone())));
                    assert!(std::ptr::eq(endpoint, intern(method, path)));
                }
            }
        }
    }

    #[test]
    fn routes_of_a_service_have_places_of_their_own() {
        // Those below eight bytes are hashed as a whole.
        let routes = [
            "/a",
            "/b",
            "/ping",
            "/live",
            "/items",
            "/items/{id}",
            "/orders/{id}",
            "/users/{id}",
            "/users/{id}/orders",
        ];
        let places: std::collections::BTreeSet<_> =
            routes.iter().map(|route| slot("GET", route)).collect();
        assert_eq!(places.len(), routes.len());
    }
}
