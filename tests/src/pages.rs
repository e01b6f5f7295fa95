//! The README and the guide: their examples are compiled and run as tests of the documentation.
//!
//! All of them are one program, so the names of metrics, objectives and operations differ over all pages.

#[doc = include_str!("../../README.md")]
mod readme {}
#[doc = include_str!("../../docs/guide/adopt.md")]
mod adopt {}
#[doc = include_str!("../../docs/guide/from-autometrics.md")]
mod from_autometrics {}
#[doc = include_str!("../../docs/guide/from-axum-prometheus.md")]
mod from_axum_prometheus {}
#[doc = include_str!("../../docs/guide/from-metrics.md")]
mod from_metrics {}
#[doc = include_str!("../../docs/guide/from-opentelemetry.md")]
mod from_opentelemetry {}
#[doc = include_str!("../../docs/guide/from-prometheus.md")]
mod from_prometheus {}
#[doc = include_str!("../../docs/guide/from-tracing.md")]
mod from_tracing {}
#[doc = include_str!("../../docs/guide/jobs.md")]
mod jobs {}
#[doc = include_str!("../../docs/guide/mcp.md")]
mod tools_for_agents {}
#[doc = include_str!("../../docs/guide/logs.md")]
mod logs {}
#[doc = include_str!("../../docs/guide/objectives.md")]
mod objectives {}
#[doc = include_str!("../../docs/guide/production.md")]
mod production {}
#[doc = include_str!("../../docs/guide/stories.md")]
mod stories {}
#[doc = include_str!("../../docs/guide/system.md")]
mod system {}
#[doc = include_str!("../../docs/guide/testing.md")]
mod testing {}
#[doc = include_str!("../../docs/guide/traces.md")]
mod traces {}
#[doc = include_str!("../../docs/guide/users.md")]
mod users {}
