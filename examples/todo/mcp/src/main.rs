//! The tools of the todo service. Run `todo-mcp --help` for its options.

use std::process::ExitCode;

use clap::Parser;
use todo_mcp::{Options, run};

#[tokio::main]
async fn main() -> ExitCode {
    goldsignal::operate::run_if_asked();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("todo-mcp: {error}");
            ExitCode::FAILURE
        }
    }
}
