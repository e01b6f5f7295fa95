//! Spans: one for each request and observed call, with the ids of their log lines.

mod calls;
mod context;
mod exemplars;
mod exporter;
mod installed;
mod life;
mod own;
mod requests;
mod support;
