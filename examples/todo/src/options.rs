//! The options of the command line.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Parser;

/// A todo service, observed by goldsignal.
#[derive(Clone, Debug, Parser)]
#[command(version, about, after_help = "`todo operate` writes and checks what operators deploy.")]
pub struct Options {
    /// Address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8000")]
    pub listen: SocketAddr,

    /// Database: the path of a SQLite file, which is created at first start, or a postgres:// URL.
    #[arg(long, env = "DATABASE_URL", value_name = "PATH|URL", default_value = "todo.db")]
    pub database: String,

    /// How often the pending tasks are counted, in seconds.
    #[arg(long, env = "TODO_SAMPLE_SECONDS", value_name = "SECONDS", default_value = "15")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub sample_seconds: u64,

    /// Run on a temporary database and send traffic to it for ten minutes.
    #[arg(long)]
    pub demo: bool,
}

impl Options {
    /// How often the pending tasks are counted.
    pub fn sample_every(&self) -> Duration {
        Duration::from_secs(self.sample_seconds)
    }
}
