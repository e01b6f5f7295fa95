//! The log: each event is one line, which is one JSON object.

mod constants;
mod errors;
mod events;
mod failing_sinks;
mod fork;
mod forms;
mod keys;
mod level_at_run_time;
mod limits;
mod log_tracer;
mod other_layers;
mod other_subscriber;
mod records_and_panics;
mod secrets;
mod slow_polls;
mod spans;
mod stories;
mod values_that_log;
