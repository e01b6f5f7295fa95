//! What a scrape contains.

mod formats;
mod numbers;
mod process;
