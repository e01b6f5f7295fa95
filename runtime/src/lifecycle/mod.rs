//! Begins, polls and ends observations: `observe` has their state, `emit` what their end emits.

pub(crate) mod armed;
pub(crate) mod call;
pub(crate) mod counted;
pub(crate) mod deferred;
pub(crate) mod end;
pub(crate) mod future;
pub(crate) mod rejected;
mod slow_poll;
mod stage;
pub(crate) mod suspend;
mod worker;
