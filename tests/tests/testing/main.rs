//! `goldsignal::testing`: scoped registries and what they capture.

mod beside_subscriber;
mod scopes;
