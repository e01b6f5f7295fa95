//! The families of servers of the Model Context Protocol, under either naming.

use std::collections::BTreeSet;

use super::{Family, calls_in_flight};
use crate::declare::series::{self, BuiltIn, label, otel};
use crate::declare::{Naming, Outcome};
use crate::observe::calls::Calls;
use crate::observe::sessions;
use crate::observe::site::{self, Site, UNKNOWN_TOOL};
use crate::record::ambient::StoreRef;
use crate::record::clock::in_seconds;
use crate::record::visit::{Buckets, LabelPair, SeriesSink};

/// What a family contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Calls,
    Durations,
    InFlight,
    Sessions,
    SessionDurations,
}

/// The families under the naming of `store`: those of tools if there are any, and those of sessions once there was one.
pub(super) fn families(
    store: &StoreRef,
    has_tools: bool,
) -> impl Iterator<Item = (&'static BuiltIn, What)> {
    let (durations, sessions) = match store.get().naming() {
        Naming::Goldsignal => (&series::MCP_TOOL_CALL_DURATION, &series::MCP_SESSION_DURATION),
        Naming::OpenTelemetry { .. } => {
            (&otel::MCP_OPERATION_DURATION, &otel::MCP_SESSION_DURATION)
        }
    };
    let is_ours = store.get().naming() == Naming::Goldsignal;
    let has_sessions = sessions::used(store.get()).is_some();
    let all = [
        // Under the conventions the durations count the calls.
        (has_tools && is_ours, (&series::MCP_TOOL_CALLS, What::Calls)),
        (has_tools, (durations, What::Durations)),
        (has_tools, (&series::MCP_TOOL_CALLS_IN_FLIGHT, What::InFlight)),
        (has_sessions, (&series::MCP_SESSIONS_IN_FLIGHT, What::Sessions)),
        (has_sessions, (sessions, What::SessionDurations)),
    ];
    all.into_iter().filter_map(|(exists, family)| exists.then_some(family))
}

/// The tools with series in `store`: those that were called, and in the registry of the process all that it declares.
pub(super) fn tools(store: &StoreRef) -> Vec<&'static Site> {
    let mut tools = if store.is_global() { site::tools() } else { Vec::new() };
    for used in site::used().into_iter().filter(|site| site.is_tool()) {
        let is_used = used.calls().is_some_and(|calls| calls.started(store.get()) > 0);
        if is_used && !tools.iter().any(|tool| tool.operation.tool == used.operation.tool) {
            tools.push(used);
        }
    }
    tools
}

impl Family {
    /// Writes the series of `tools[index]`, or those of sessions.
    pub(super) fn mcp(
        &self,
        what: What,
        tools: &[&'static Site],
        index: usize,
        sink: &mut dyn SeriesSink,
    ) {
        let store = self.store.get();
        if let What::Sessions | What::SessionDurations = what {
            return self.sessions(what, sink);
        }
        let site = tools[index];
        let Some(calls) = site.calls() else { return };
        match what {
            What::Calls => self.tool_calls(calls, site, sink),
            What::Durations => self.durations(calls, site.operation.tool, sink),
            _ => {
                let name = match store.naming() {
                    Naming::Goldsignal => label::TOOL,
                    Naming::OpenTelemetry { .. } => otel::TOOL,
                };
                calls_in_flight(store, calls, &[(name, tool(site))], sink);
            }
        }
    }

    fn sessions(&self, what: What, sink: &mut dyn SeriesSink) {
        let Some(cells) = sessions::used(self.store.get()) else { return };
        match what {
            What::Sessions => calls_in_flight(self.store.get(), cells, &[], sink),
            _ => self.durations(cells, None, sink),
        }
    }

    /// Each kind of end so far, and those that the tool declares, from the start.
    fn tool_calls(&self, calls: &Calls, site: &'static Site, sink: &mut dyn SeriesSink) {
        let mut declared = declared(site);
        for (outcome, error_type, count) in calls.ends(self.store.get()) {
            if declared.remove(&(outcome.as_str(), error_type)) || count > 0 {
                self.ends(site, (outcome.as_str(), error_type), count, sink);
            }
        }
        for end in declared {
            self.ends(site, end, 0, sink);
        }
    }

    fn ends(
        &self,
        site: &'static Site,
        (outcome, error_type): (&str, &str),
        count: u64,
        sink: &mut dyn SeriesSink,
    ) {
        let labels =
            [(label::TOOL, tool(site)), (label::OUTCOME, outcome), (label::ERROR_TYPE, error_type)];
        sink.count(&labels, count, Some(self.created));
    }

    /// The durations of a tool's calls, or of sessions.
    fn durations(&self, calls: &Calls, tool: Option<&'static str>, sink: &mut dyn SeriesSink) {
        let store = self.store.get();
        match store.naming() {
            Naming::Goldsignal => {
                let labels = tool.map(|tool| (label::TOOL, tool));
                let (counts, sum) = (calls.buckets(store), calls.duration(store));
                self.histogram_of(calls, labels.as_slice(), (&counts, sum), sink);
            }
            Naming::OpenTelemetry { .. } => {
                for (outcome, error_type, sum, counts) in calls.durations_apart(store) {
                    let mut labels = Vec::with_capacity(4);
                    if let Some(tool) = tool {
                        labels.push((otel::MCP_METHOD, "tools/call"));
                        labels.push((otel::TOOL, tool));
                        labels.push((otel::GEN_AI_OPERATION, "execute_tool"));
                    }
                    let error_type = otel_error_type(outcome, error_type);
                    labels.extend(error_type.map(|error_type| (label::ERROR_TYPE, error_type)));
                    self.histogram_of(calls, &labels, (&counts, sum), sink);
                }
            }
        }
    }

    fn histogram_of(
        &self,
        calls: &Calls,
        labels: &[LabelPair<'_>],
        (counts, sum): (&[u64], u64),
        sink: &mut dyn SeriesSink,
    ) {
        if counts.iter().any(|count| *count > 0) {
            let exemplars = &*calls.exemplars(self.store.get());
            let bounds = &*calls.latency.seconds;
            let buckets = Buckets { bounds, counts, sum: in_seconds(sum), exemplars };
            sink.histogram(labels, buckets, Some(self.created));
        }
    }
}

fn tool(site: &'static Site) -> &'static str {
    site.operation.tool.unwrap_or_default()
}

/// The outcome and error type of each end that the types of a tool show.
fn declared(site: &'static Site) -> BTreeSet<(&'static str, &'static str)> {
    let faults = site.operation.faults().iter().filter_map(|fault| {
        let outcome = Outcome::of_status(fault.status?);
        (outcome != Outcome::Ok).then_some((outcome.as_str(), fault.error_type))
    });
    let client_error = Outcome::ClientError.as_str();
    if std::ptr::eq(site, &raw const UNKNOWN_TOOL) {
        return BTreeSet::from([(client_error, "unknown_tool")]);
    }
    let always = [(Outcome::Ok.as_str(), ""), (client_error, "rejected")];
    always.into_iter().chain(faults).collect()
}

/// The `error_type` of an end under the conventions: none if it is good.
fn otel_error_type(outcome: Outcome, error_type: &'static str) -> Option<&'static str> {
    match (outcome, error_type) {
        (Outcome::Ok, _) => None,
        (outcome, "") => Some(outcome.as_str()),
        (_, named) => Some(named),
    }
}

/// How many elements a family has: one for each tool, or one for all sessions.
pub(super) fn len(what: What, tools: &[&'static Site]) -> usize {
    match what {
        What::Sessions | What::SessionDurations => 1,
        _ => tools.len(),
    }
}
