//! The options of the command line.

use std::net::SocketAddr;

use clap::Parser;

/// The tools of the todo service for language-model agents, observed by goldsignal.
#[derive(Clone, Debug, Parser)]
#[command(
    version,
    about,
    after_help = "`todo-mcp operate` writes and checks what operators deploy."
)]
pub struct Options {
    /// Where clients connect.
    #[command(flatten)]
    pub transport: Transport,

    /// Address of the todo service.
    #[arg(long, env = "TODO_URL", value_name = "URL", default_value = "http://127.0.0.1:8000")]
    pub todo_url: reqwest::Url,

    /// User whose tasks the tools work on. The header `x-todo-user` of an HTTP request precedes.
    #[arg(long, env = "TODO_USER", value_name = "NAME", default_value = "agent")]
    pub user: String,

    /// Value of `Host` that HTTP requests may have, beside those of loopback; can be repeated.
    #[arg(
        long = "allow-host",
        env = "TODO_MCP_ALLOW_HOSTS",
        value_name = "HOST",
        value_delimiter = ','
    )]
    pub allowed_hosts: Vec<String>,
}

/// Where clients connect.
#[derive(Clone, Copy, Debug, clap::Args)]
#[group(multiple = false)]
pub struct Transport {
    /// Speak on standard input and output. The log goes to standard error.
    #[arg(long)]
    pub stdio: bool,

    /// Address to listen on for streamable HTTP, at the path /mcp.
    #[arg(long, env = "TODO_MCP_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8100")]
    pub listen: SocketAddr,
}
