//! What a scrape contains.

mod formats;
mod numbers;
