//! Begins, polls and ends an observation: what it counts is in `observe`, what its end emits in `emit`.

pub(crate) mod armed;
pub(crate) mod call;
pub(crate) mod counted;
pub(crate) mod deferred;
pub(crate) mod end;
pub(crate) mod future;
