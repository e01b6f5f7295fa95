//! Spans: one for each request and observed call, with the ids that its log lines have.

mod calls;
mod context;
mod exemplars;
mod exporter;
mod installed;
mod keep;
mod keep_many;
mod life;
mod own;
mod receiver;
mod requests;
mod support;
