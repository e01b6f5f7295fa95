//! The range of each fact. A value outside of it would give files that do not work, or rules that never fire.

use std::collections::BTreeMap;

use super::{Facts, HeaviestKey, Quantity, Receiver};
use crate::declare::ranks::{LEAST_SHARE_PERCENT, LEAST_WEIGHT};
use crate::operate::promql::Window;

/// What is wrong with a value, and what to write instead.
type Fault = String;

/// The largest divisor: with it the rules are evaluated every second.
const MOST_TIME_SCALE: u32 = 30;
const MOST_MIN_BAD_EVENTS: u32 = 1_000;
/// Less than this cannot hold the samples of a service for weeks.
const LEAST_STORAGE: u64 = 1 << 30;

/// The first fact that is out of its range: its key, and what is wrong.
pub(super) fn first_fault(facts: &Facts) -> Option<(String, Fault)> {
    let faults = [
        service(facts),
        prometheus(facts),
        grafana(facts),
        receivers(facts),
        saturation(facts),
        heaviest(facts),
    ];
    let fault = |(key, result): (String, Result<(), Fault>)| Some((key, result.err()?));
    faults.into_iter().flatten().find_map(fault)
}

type Checks = Vec<(String, Result<(), Fault>)>;

/// The check of a fact that may be missing.
fn optional(
    value: Option<&String>,
    check: impl Fn(&str) -> Result<(), Fault>,
) -> Result<(), Fault> {
    value.map_or(Ok(()), |text| check(text))
}

fn service(facts: &Facts) -> Checks {
    let labels = &facts.kubernetes.labels;
    let mut checks = vec![
        ("team".to_owned(), line(&facts.team)),
        ("owner".to_owned(), optional(facts.owner.as_ref(), line)),
        ("environment".to_owned(), optional(facts.environment.as_ref(), label_value)),
        ("cluster".to_owned(), optional(facts.cluster.as_ref(), label_value)),
        ("image".to_owned(), optional(facts.image.as_ref(), image)),
        ("min-bad-events".to_owned(), within(facts.min_bad_events, 1, MOST_MIN_BAD_EVENTS)),
        ("time-scale".to_owned(), within(facts.time_scale, 1, MOST_TIME_SCALE)),
    ];
    checks.extend(kubernetes_labels("kubernetes.labels", labels));
    checks
}

fn prometheus(facts: &Facts) -> Checks {
    let prometheus = &facts.prometheus;
    let key = |name: &str| format!("prometheus.{name}");
    let token = &prometheus.token;
    let mut checks = vec![
        (key("job"), optional(prometheus.job.as_ref(), job)),
        (key("retention"), lasts(facts.retention(), Window::days(1), Window::days(3_650))),
        (
            key("scrape-interval"),
            lasts(prometheus.scrape_interval, Window::seconds(1), Window::seconds(75)),
        ),
        (key("port"), within(prometheus.port.into(), 1, u16::MAX.into())),
        (key("storage"), storage(&prometheus.storage)),
        (key("token.key"), secret_key(&token.key)),
        (key("token.file"), optional(token.file.as_ref(), file)),
    ];
    checks.extend(kubernetes_labels("prometheus.labels", &prometheus.labels));
    checks
}

fn grafana(facts: &Facts) -> Checks {
    let grafana = &facts.grafana;
    let key = |name: &str| format!("grafana.{name}");
    vec![
        (key("prometheus-uid"), uid(&grafana.prometheus_uid)),
        (key("loki-uid"), uid(&grafana.loki_uid)),
        (key("traces-uid"), optional(grafana.traces_uid.as_ref(), uid)),
        (key("folder"), optional(grafana.folder.as_ref(), line)),
    ]
}

fn receivers(facts: &Facts) -> Checks {
    let by_severity = facts.receivers.by_severity().into_iter();
    by_severity
        .flat_map(|(severity, one)| receiver(&format!("receivers.{severity}"), one))
        .collect()
}

fn receiver(table: &str, receiver: &Receiver) -> Checks {
    let Receiver { key, webhook_url_file, .. } = receiver;
    vec![
        (format!("{table}.key"), optional(key.as_ref(), secret_key)),
        (format!("{table}.webhook-url-file"), optional(webhook_url_file.as_ref(), file)),
    ]
}

fn saturation(facts: &Facts) -> Checks {
    let saturation = &facts.saturation;
    let key = |name: &str| format!("saturation.{name}");
    let percent = |name, percent| (key(name), within(percent, 1, 99));
    let delay =
        |name, delay| (key(name), lasts(delay, Window::milliseconds(1), Window::seconds(10)));
    let stuck = saturation.stuck_after;
    vec![
        percent("memory-percent", saturation.memory_percent),
        percent("descriptors-percent", saturation.descriptors_percent),
        percent("throttled-percent", saturation.throttled_percent),
        percent("busy-percent", saturation.busy_percent),
        delay("scheduling-delay", saturation.scheduling_delay),
        delay("blocking-delay", saturation.blocking_delay),
        (key("slow-polls-per-minute"), within(saturation.slow_polls_per_minute, 1, 100_000)),
        (
            key("stuck-after"),
            stuck.map_or(Ok(()), |after| lasts(after, Window::seconds(1), Window::days(1))),
        ),
    ]
}

/// With a lower share, the log would not name the key.
fn heaviest(facts: &Facts) -> Checks {
    let of = |(name, limit): (&String, &toml::Spanned<HeaviestKey>)| {
        let key = |fact: &str| format!("heaviest.{name}.{fact}");
        let HeaviestKey { most_percent, least_weight } = *limit.get_ref();
        let least = u32::try_from(LEAST_WEIGHT).unwrap_or(u32::MAX);
        [
            (key("most-percent"), within(most_percent, LEAST_SHARE_PERCENT, 99)),
            (key("least-weight"), within(least_weight, least, u32::MAX)),
        ]
    };
    facts.heaviest.iter().flat_map(of).collect()
}

fn within(number: u32, least: u32, most: u32) -> Result<(), Fault> {
    if (least..=most).contains(&number) {
        return Ok(());
    }
    Err(format!("{number} is out of range; write a number from {least} to {most}"))
}

fn lasts(window: Window, least: Window, most: Window) -> Result<(), Fault> {
    if (least..=most).contains(&window) {
        return Ok(());
    }
    Err(format!("{window} is out of range; write a duration from {least} to {most}"))
}

fn storage(storage: &Quantity) -> Result<(), Fault> {
    if storage.bytes() >= LEAST_STORAGE {
        return Ok(());
    }
    Err(format!("{storage} is too small for the samples of a service; write at least 1Gi"))
}

/// A text for people, which also becomes a label or a line of a page.
fn line(text: &str) -> Result<(), Fault> {
    if text.trim().is_empty() {
        return Err("it is blank; write a text, or leave the line out".to_owned());
    }
    if text.contains(char::is_control) {
        return Err(
            "it has a line break or another control character; write it on one line".to_owned()
        );
    }
    // Prometheus expands templates in labels and annotations.
    if text.contains("{{") {
        return Err(
            "Prometheus would read `{{` as the begin of a template; write it without".to_owned()
        );
    }
    Ok(())
}

/// A value of a label on series and alerts. It also becomes a part of queries, addresses and names.
fn label_value(text: &str) -> Result<(), Fault> {
    if is_label_value(text) {
        return Ok(());
    }
    Err(format!(
        "`{text}` cannot be the value of this label; write 1 to 63 letters, digits, `-`, `_` and `.`, the first and \
         last a letter or digit"
    ))
}

/// The label `job`, which the operator writes as `namespace/name`.
fn job(text: &str) -> Result<(), Fault> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if !text.is_empty() && text.chars().all(is_allowed) {
        return Ok(());
    }
    Err(format!(
        "`{text}` cannot be the label `job`; write the label that the service's series have, of letters, digits and \
         `-_./:`, or leave the line out for the service's name"
    ))
}

fn image(text: &str) -> Result<(), Fault> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_./:@".contains(c);
    if !text.is_empty() && text.chars().all(is_allowed) {
        return Ok(());
    }
    Err(format!(
        "`{text}` is no container image; write one such as `registry.example.org/shop:1.0`"
    ))
}

fn file(text: &str) -> Result<(), Fault> {
    line(text)?;
    if text.starts_with('/') {
        return Ok(());
    }
    Err(format!("`{text}` is no absolute path; write one that begins with `/`"))
}

fn secret_key(text: &str) -> Result<(), Fault> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if (1..=253).contains(&text.len()) && text.chars().all(is_allowed) {
        return Ok(());
    }
    Err(format!(
        "`{text}` is no key of a Kubernetes secret; write letters, digits, `-`, `_` and `.`"
    ))
}

fn uid(text: &str) -> Result<(), Fault> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if (1..=40).contains(&text.len()) && text.chars().all(is_allowed) {
        return Ok(());
    }
    Err(format!("`{text}` is no uid of Grafana; write 1 to 40 letters, digits, `-` and `_`"))
}

fn kubernetes_labels<'a>(
    table: &'a str,
    labels: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = (String, Result<(), Fault>)> {
    labels.iter().map(move |(key, value)| (format!("{table}.{key}"), kubernetes_label(key, value)))
}

fn kubernetes_label(key: &str, value: &str) -> Result<(), Fault> {
    let (prefix, name) =
        key.rsplit_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    if !is_label_value(name) || prefix.is_some_and(|prefix| !is_domain(prefix)) {
        return Err(format!(
            "`{key}` is no key of a Kubernetes label; write a name such as `release` or `example.org/team`"
        ));
    }
    if value.is_empty() || is_label_value(value) {
        return Ok(());
    }
    Err(format!(
        "`{value}` is no value of a Kubernetes label; write up to 63 letters, digits, `-`, `_` and `.`, the first and \
         last a letter or digit"
    ))
}

/// Whether `text` is a value of a Kubernetes label, and not empty. The part of its keys behind the slash is one, too.
fn is_label_value(text: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let has_ends = |text: &str| {
        let is_end = |c: char| c.is_ascii_alphanumeric();
        text.starts_with(is_end) && text.ends_with(is_end)
    };
    text.len() <= 63 && text.chars().all(is_allowed) && has_ends(text)
}

/// Whether `text` is a DNS subdomain (RFC 1123).
fn is_domain(text: &str) -> bool {
    let is_part = |part: &str| super::DnsLabel::try_from(part).is_ok();
    text.len() <= 253 && text.split('.').all(is_part)
}
