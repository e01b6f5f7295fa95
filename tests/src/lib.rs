//! What several tests of goldsignal need. The tests themselves are in `tests/tests/`.
//!
//! | for | use |
//! |---|---|
//! | a log in memory, read line by line | [`TestLog`] |
//! | a sink in memory, for other writers | [`LogBuffer`] |
//! | a handler that succeeds, fails, panics or never ends | [`items::find`] |
//! | a wait until something happens | [`wait_for`], [`wait_for_async`] |
//! | a test that changes its whole process | [`in_own_process`], [`in_own_process_async`], [`in_own_process_with`] |
//! | a program beside Rust | [`require_programs`] |
//! | an address for a program to listen on | [`free_address`] |

mod address;
pub mod items;
mod log_buffer;
pub mod log_lines;
mod own_process;
#[cfg(doctest)]
mod pages;
mod programs;
mod test_log;
mod wait;

pub use address::free_address;
pub use log_buffer::LogBuffer;
pub use own_process::{in_own_process, in_own_process_async, in_own_process_with};
pub use programs::require_programs;
pub use test_log::TestLog;
pub use wait::{PATIENCE, wait_for, wait_for_async};
