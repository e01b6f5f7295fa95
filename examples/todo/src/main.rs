//! The todo service. Run `todo --help` for its options.

use std::process::ExitCode;

use clap::Parser;
use todo::{Options, run};

#[tokio::main]
async fn main() -> ExitCode {
    goldsignal::operate::run_if_asked();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("todo: {error}");
            ExitCode::FAILURE
        }
    }
}
