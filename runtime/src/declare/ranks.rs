//! The ranks by which the heaviest keys are exposed: their weights, without the keys.

use super::OTHER;
use super::label::{Dimension, Domain};

/// How many of the heaviest keys have a rank.
pub(crate) const RANKS: usize = 10;

/// The name of the label that tells ranks apart.
pub(crate) const RANK: &str = "rank";

/// The rank of the heaviest key.
#[cfg(feature = "operate")]
pub(crate) const FIRST: &str = NAMES[0];

/// How long a window of the weights is, in seconds. A metric shows the current window and the one before.
pub(crate) const WINDOW_SECONDS: u64 = 300;

/// The least share of a metric for which the log names the heaviest key, in percent. An alert can have no lower one.
pub(crate) const LEAST_SHARE_PERCENT: u32 = 10;

/// The least weight of all keys for which it does: of a few, one always has a large share.
pub(crate) const LEAST_WEIGHT: u64 = 20;

/// The message of the log lines that name it.
pub(crate) const HEAVY_KEY: &str = "one key has a large share of a metric";

/// The labels of a metric of the heaviest keys.
pub(crate) const DIMENSIONS: &[Dimension] =
    &[Dimension { name: RANK, domain: Domain::Finite(&NAMES) }];

/// The ranks, and what all other keys weigh together.
static NAMES: [&str; RANKS + 1] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", OTHER];
