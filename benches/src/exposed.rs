//! What goldsignal has counted, as a scrape says it.

use goldsignal::Registry;
use goldsignal::expose::Format;

/// The sum of all series of the global registry whose text begins so.
#[must_use]
pub fn sum(prefix: &str) -> u64 {
    let text = Registry::global().encode(Format::Text);
    let values = text.lines().filter(|line| line.starts_with(prefix));
    values.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}
