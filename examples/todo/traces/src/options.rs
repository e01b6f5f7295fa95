//! The options of the command line.

use std::net::SocketAddr;

use lexopt::prelude::{Long, Short, ValueExt};

pub(crate) const HELP: &str = "\
Receives spans by OTLP, keeps the newest traces in memory, and shows them in Jaeger's page.

  --page ADDRESS   the page, and its JSON under /api [default: 127.0.0.1:16686]
  --grpc ADDRESS   OTLP over gRPC [default: 127.0.0.1:4317]
  --http ADDRESS   OTLP over HTTP, as protobuf or JSON [default: 127.0.0.1:4318]

Whoever reaches an address may read all traces, or send some: keep them on loopback.
";

/// Where to listen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) page: SocketAddr,
    pub(crate) grpc: SocketAddr,
    pub(crate) http: SocketAddr,
}

impl Options {
    /// What the command line says; nothing if it asks for help.
    pub(crate) fn from_arguments() -> Result<Option<Self>, lexopt::Error> {
        let loopback = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let mut options =
            Self { page: loopback(16686), grpc: loopback(4317), http: loopback(4318) };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            let address = match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("page") => &mut options.page,
                Long("grpc") => &mut options.grpc,
                Long("http") => &mut options.http,
                other => return Err(other.unexpected()),
            };
            *address = arguments.value()?.parse()?;
        }
        Ok(Some(options))
    }
}
