//! What an objective's rules would have done in the past: which alerts would have fired, and how much of the budget
//! would have been spent.
//!
//! A server that speaks Prometheus' HTTP API tells how many events there were in each half-minute: as the rules
//! recorded it, or, where they did not run yet, by the expression of these rules on the counters. The windows and
//! conditions are computed here, so that one download answers for any target.

mod client;
mod evaluate;
mod history;
mod report;
mod text;
mod time;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rust_decimal::Decimal;
use serde::Serialize;
use ureq::Agent;
use ureq::http::HeaderMap;
use ureq::http::header::AUTHORIZATION;

use self::client::Client;
use self::history::{History, Span};
use self::report::Report;
use super::facts::Facts;
use super::identity::{CLUSTER, ENVIRONMENT, NAMESPACE};
use super::indicator::Indicator;
use super::promql::{Selector, Window, count_by};
use super::rules::INTERVAL;
use super::rules::recorded::{TOTAL_INCREASE, period};
use crate::declare::Slo;
use crate::declare::catalog::Catalog;
use crate::declare::series::{self, label};

/// The variable with the bearer token.
const TOKEN: &str = "GOLDSIGNAL_PROMETHEUS_TOKEN";

/// The longest range, in days.
pub(super) const MOST_DAYS: u32 = 400;

/// What is asked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    /// An objective, or an indicator of one; all of them if none is given.
    pub(super) slo: Option<String>,
    /// In per cent; by default the declared ones.
    pub(super) target: Option<Decimal>,
    /// By default the period of each objective.
    pub(super) days: Option<u32>,
    /// The address; by default that of the facts.
    pub(super) prometheus: Option<String>,
    /// The file with the bearer token.
    pub(super) token_file: Option<PathBuf>,
    /// The file with lines `Name: value`.
    pub(super) header_file: Option<PathBuf>,
    pub(super) json: bool,
}

/// Why there is no result.
pub(super) enum Failure {
    /// What was asked makes no sense.
    Question(String),
    /// The server has no answer.
    Server(String),
    /// It has no data.
    Data(String),
}

/// The result for one indicator.
#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    Report(Box<Report>),
    NoData { slo: String, error: String },
}

/// Whether an objective can have this percentage as its target.
pub(super) fn target(text: &str) -> Option<Decimal> {
    let target: Decimal = text.trim().trim_end_matches('%').trim_end().parse().ok()?;
    Slo::is_valid_percent(evaluate::float(target)).then(|| target.normalize())
}

/// Asks the server and reports what it tells.
pub(super) fn run(
    catalog: &Catalog,
    facts: &Facts,
    options: &Options,
    agent: Agent,
) -> Result<String, Failure> {
    let indicators = chosen(catalog, options).map_err(Failure::Question)?;
    let client = client(facts, options, agent).map_err(Failure::Question)?;
    let now = time::now();
    let outcomes: Result<Vec<Outcome>, String> =
        indicators.iter().map(|one| outcome(&client, one, facts, options, now)).collect();
    let outcomes = outcomes.map_err(Failure::Server)?;
    if let Some(Outcome::NoData { error, .. }) = outcomes.first() {
        if outcomes.iter().all(|one| matches!(one, Outcome::NoData { .. })) {
            return Err(Failure::Data(error.clone()));
        }
    }
    if options.json {
        let text = serde_json::to_string_pretty(&outcomes);
        return text.map(|text| text + "\n").map_err(|error| Failure::Server(error.to_string()));
    }
    let texts = outcomes.iter().map(|outcome| match outcome {
        Outcome::Report(report) => report.text(),
        Outcome::NoData { error, .. } => format!("{error}\n"),
    });
    Ok(texts.collect::<Vec<_>>().join("\n"))
}

fn chosen(catalog: &Catalog, options: &Options) -> Result<Vec<Indicator>, String> {
    let all = Indicator::all(catalog);
    let Some(name) = &options.slo else {
        return if all.is_empty() {
            Err("the program declares no objective".to_owned())
        } else {
            Ok(all)
        };
    };
    let is_meant = |one: &&Indicator| one.slo.name() == name || one.name == *name;
    let chosen: Vec<_> = all.iter().filter(is_meant).cloned().collect();
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let mut known: Vec<_> =
        all.iter().flat_map(|one| [one.slo.name(), one.name.as_str()]).map(str::to_owned).collect();
    known.sort();
    known.dedup();
    Err(format!("there is no objective `{name}`; there are:\n  {}", known.join("\n  ")))
}

fn client(facts: &Facts, options: &Options, agent: Agent) -> Result<Client, String> {
    let address = options.prometheus.as_deref().unwrap_or(&facts.prometheus.url);
    if address.is_empty() {
        return Err(
            "`backtest` needs `--prometheus URL`, or `url` under `[prometheus]` in the facts"
                .to_owned(),
        );
    }
    Client::new(address, agent, headers(options)?)
}

/// Secrets come from files and variables, as everybody on a machine can read the arguments of its programs.
fn headers(options: &Options) -> Result<HeaderMap, String> {
    let read = |file: &Path| {
        fs::read_to_string(file)
            .map_err(|error| format!("`{}` cannot be read: {error}", file.display()))
    };
    let mut headers = HeaderMap::new();
    let token = match &options.token_file {
        Some(file) => Some(read(file)?),
        None => std::env::var(TOKEN).ok().filter(|token| !token.trim().is_empty()),
    };
    if let Some(token) = token {
        let token =
            client::bearer(&token).ok_or("the token has characters that no header can have")?;
        headers.insert(AUTHORIZATION, token);
    }
    if let Some(file) = &options.header_file {
        for (number, line) in
            read(file)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty())
        {
            // The line may be a secret.
            let wrong = || {
                format!("{}:{}: this is no header: write `Name: value`", file.display(), number + 1)
            };
            let (name, value) = client::header(line).ok_or_else(wrong)?;
            headers.insert(name, value);
        }
    }
    Ok(headers)
}

fn outcome(
    client: &Client,
    indicator: &Indicator,
    facts: &Facts,
    options: &Options,
    now: u64,
) -> Result<Outcome, String> {
    let step = facts.scaled(INTERVAL).as_milliseconds();
    let days = options.days.unwrap_or(indicator.slo.period());
    let range = Span::before(now, u64::from(days) * time::DAY, step);
    // Windows of the first steps reach back for as long as the objective's period; a ticket's are of three days.
    let windows = period(indicator).max(Window::days(3));
    let span = Span {
        start: range.start - facts.scaled(windows).as_milliseconds() / step * step,
        ..range
    };
    let ask = |expr: &_, span| client.sums(expr, span);
    let from = span.steps() - range.steps();
    let history = History::download(&ask, indicator, facts, span, from)?;
    let declared = (indicator.objective * Decimal::ONE_HUNDRED).normalize();
    let target = options.target.unwrap_or(declared);
    if let Some(report) = report::of(indicator, target, facts, &history, from) {
        return Ok(Outcome::Report(Box::new(report)));
    }
    let error = nothing(client, indicator, facts, range, days)?;
    Ok(Outcome::NoData { slo: indicator.name.clone(), error })
}

/// Why there may be no data: the labels are not those of the facts, or nothing is scraped.
fn nothing(
    client: &Client,
    indicator: &Indicator,
    facts: &Facts,
    range: Span,
    days: u32,
) -> Result<String, String> {
    let counters = Selector::of(facts.metric(&series::SLO_EVENTS));
    let counters = counters.with(label::SLO, indicator.name.as_str());
    let name = counters.metric.name.clone();
    let coarse = Span { step: ((range.end - range.start) / 1_000).max(range.step), ..range };
    let found = client
        .query_range(&count_by(["job", NAMESPACE, ENVIRONMENT, CLUSTER], counters), coarse)?;
    let asked = indicator.total(facts);
    let recorded = indicator.recorded(facts, TOTAL_INCREASE);
    let mut text = format!(
        "`{}` has no events of `{}` in the last {days} days: neither `{recorded}` nor `{asked}` has a sample. ",
        client.address, indicator.name
    );
    if found.is_empty() {
        text += "Is the service scraped by it, and has it had an event since?";
        return Ok(text);
    }
    text += "It has the counters of other deployments; give the facts of one of them with `--facts FILE`:";
    for one in found {
        let labels = one.metric.iter().map(|(label, value)| format!("{label}=\"{value}\""));
        let labels = labels.collect::<Vec<_>>().join(", ");
        // Writing to a `String` does not fail.
        let _ = write!(text, "\n  {name}{{{labels}}}");
    }
    Ok(text)
}
