//! The service under load: nothing is lost, and memory and series stay flat. The suite `load` runs it.

mod abuse;
mod client;
mod connections;
mod downloads;
mod service;

use tokio::sync::Mutex;

/// Each test keeps the processors busy, so they run one after another.
static ALONE: Mutex<()> = Mutex::const_new(());
