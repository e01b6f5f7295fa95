//! The start of a closing line that is the same for all ends with one outcome and status, written once.

use std::sync::OnceLock;

use crate::declare::Outcome;

/// What distinguishes the prefixes of one callsite. The callsite itself determines the level and the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PrefixKey {
    pub(crate) outcome: Outcome,
    pub(crate) status: Option<u16>,
    pub(crate) is_stream: bool,
    pub(crate) method: Option<&'static str>,
}

/// The prefixes of the lines of one callsite.
#[derive(Debug)]
pub(crate) struct PrefixCache([OnceLock<(PrefixKey, Box<[u8]>)>; CACHED]);

/// How many prefixes are cached. One operation at one level rarely has more frequent ones.
const CACHED: usize = 4;

impl PrefixCache {
    pub(super) const fn new() -> Self {
        Self([const { OnceLock::new() }; CACHED])
    }

    /// The cached prefix.
    #[inline]
    pub(crate) fn get(&self, key: &PrefixKey) -> Option<&[u8]> {
        let mut cached = self.0.iter().map_while(OnceLock::get);
        cached.find(|(known, _)| known == key).map(|(_, prefix)| &**prefix)
    }

    /// Caches a prefix, unless the cache is full.
    #[cold]
    pub(crate) fn insert(&self, key: PrefixKey, prefix: &[u8]) {
        let _ = self.0.iter().find_map(|entry| entry.set((key, prefix.into())).ok());
    }
}
