use std::error::Error as _;
use std::io;
use std::time::Duration;

use super::*;
use crate::declare::Slo;
use crate::declare::catalog::Catalog;

const LEAST: &str = "service = 'todo'\nnamespace = 'todo'\nteam = 'tasks'\n";

fn refused(text: &str) -> String {
    Facts::parse(text).unwrap_err().to_string()
}

#[test]
fn little_is_needed() {
    let facts = Facts::parse(LEAST).unwrap();
    assert_eq!((facts.job(), facts.owner(), facts.workload()), ("todo", "tasks", "todo"));
    assert_eq!(facts.retention(), Window::days(35));
    assert_eq!(facts.pod_labels()["app.kubernetes.io/name"], "todo");
    assert_eq!(facts.receivers.page.file("page"), "/etc/alertmanager/secrets/alert-receivers/page");
}

#[test]
fn unknown_keys_are_refused_with_their_line() {
    let error = refused(&format!("{LEAST}\n[grafana]\nurk = 'x'\n"));
    assert!(error.starts_with("facts:6: `grafana.urk`: unknown field `urk`"), "{error}");
    let error = refused("service = 'todo'\nnamespace = 'todo'\n");
    assert!(error.contains("missing field `team`"), "{error}");
}

#[test]
fn a_file_that_cannot_be_read_is_the_source_of_the_error() {
    let error = Facts::read("no/such/facts.toml").unwrap_err();
    let source = error.source().unwrap().downcast_ref::<io::Error>().unwrap();
    assert_eq!(source.kind(), io::ErrorKind::NotFound);
    let expected = format!("cannot read the facts `no/such/facts.toml`: {source}");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn names_are_those_of_kubernetes() {
    for wrong in ["", "Todo", "a_b", "-a", "a-", "a.b", &"a".repeat(64)] {
        let error = refused(&format!("service = 'todo'\nnamespace = '{wrong}'\nteam = 't'\n"));
        assert!(error.contains("2 | namespace = "), "{error}");
        assert!(error.contains("RFC 1123"), "{error}");
    }
}

#[test]
fn lengths_of_time_have_a_unit() {
    let error = refused(&format!("{LEAST}[prometheus]\nretention = '35'\n"));
    assert!(error.contains("5 | retention = '35'"), "{error}");
}

#[test]
fn retention_covers_every_period() {
    const API: Slo = Slo::new("api", "text").latency(99.0, Duration::from_millis(250));
    let catalog = Catalog { operations: vec![], families: vec![], objectives: vec![&API] };
    let facts = Facts::parse(&format!("{LEAST}[prometheus]\nretention = '29d'\n")).unwrap();
    let error = facts.check(&catalog).unwrap_err().to_string();
    assert!(
        error.starts_with("facts:5: `prometheus.retention`: 29d is shorter than the 30d"),
        "{error}"
    );
    assert!(error.contains("facts/tests.rs:"), "{error}");
    let mut facts = facts;
    facts.set_retention(Window::days(30));
    facts.check(&catalog).unwrap();
}

#[test]
fn addresses_can_be_opened_and_lose_their_slash() {
    let text = format!("{LEAST}[grafana]\nurl = 'https://g.example.org/'\n");
    assert_eq!(Facts::parse(&text).unwrap().grafana.url, "https://g.example.org");
    for wrong in ["", "g.example.org", "https://", "ftp://g.example.org", "https://g example"] {
        for table in ["grafana", "prometheus"] {
            let error = refused(&format!("{LEAST}[{table}]\nurl = '{wrong}'\n"));
            assert!(error.contains("5 | url = ") && error.contains("no address"), "{error}");
        }
        let error = refused(&format!("{LEAST}runbook-url = '{wrong}'\n"));
        assert!(error.contains("4 | runbook-url = ") && error.contains("no address"), "{error}");
    }
}

#[test]
fn storage_has_a_unit_of_kubernetes() {
    let facts = |storage: &str| format!("{LEAST}[prometheus]\nstorage = '{storage}'\n");
    for (right, bytes) in
        [("50Gi", 50 << 30), ("1T", 1_000_000_000_000), ("2000000000", 2_000_000_000)]
    {
        let storage = Facts::parse(&facts(right)).unwrap().prometheus.storage;
        assert_eq!((storage.to_string().as_str(), storage.bytes()), (right, bytes));
    }
    for wrong in ["99999999999Pi", "", "Gi", "0Gi", "50 Gi", "50GB", "-1Gi", "1.5Gi"] {
        let error = refused(&facts(wrong));
        assert!(error.contains("5 | storage = ") && error.contains("amount of storage"), "{error}");
    }
}

#[test]
fn the_token_is_a_secret_of_the_service_unless_told_otherwise() {
    let facts = Facts::parse(LEAST).unwrap();
    assert_eq!(facts.token_secret(), "todo-admin");
    assert_eq!(facts.token_file(), "/etc/prometheus/secrets/todo-admin/token");
    let text = format!("{LEAST}[prometheus.token]\nsecret = 'metrics'\nkey = 'bearer'\n");
    let mut facts = Facts::parse(&text).unwrap();
    assert_eq!(facts.token_file(), "/etc/prometheus/secrets/metrics/bearer");
    facts.prometheus.token.file = Some("/run/token".to_owned());
    assert_eq!(facts.token_file(), "/run/token");
}

#[test]
fn what_would_break_rules_in_silence_is_refused() {
    for (facts, says) in [
        (LEAST.replace("'tasks'", "' '"), "3 | team = "),
        (format!("{LEAST}time-scale = 0\n"), "write a number from 1 to 30"),
        (format!("{LEAST}[prometheus]\nscrape-interval = '2m'\n"), "from 1s to 75s"),
    ] {
        let error = refused(&facts);
        assert!(error.contains(says), "{error}");
    }
    let facts = format!("{LEAST}[prometheus]\nscrape-interval = '75s'\n");
    assert_eq!(Facts::parse(&facts).unwrap().prometheus.scrape_interval, Window::seconds(75));
}

#[test]
fn what_is_expected_can_be_and_is_of_a_counter() {
    let expect = |bounds: &str| format!("{LEAST}[expect.tasks_created_total]\n{bounds}\n");
    for (bounds, says) in [
        ("", "needs `least-per-hour`"),
        ("most-per-hour = 5\nleast-per-hour = 5", "not less than"),
        ("most-per-day = 5", "unknown field `most-per-day`"),
        ("most-per-hour = -5", "-5"),
    ] {
        let error = refused(&expect(bounds));
        assert!(error.contains(says), "{error}");
    }
    let facts = Facts::parse(&expect("most-per-hour = 5")).unwrap();
    let catalog = Catalog::default();
    let error = facts.check(&catalog).unwrap_err().to_string();
    assert!(error.starts_with("facts:4: `expect.tasks_created_total`: no such counter"), "{error}");
}

#[test]
fn the_limits_of_a_heaviest_key_can_be_and_are_of_a_top() {
    let heaviest = |limits: &str| format!("{LEAST}[heaviest.busiest_users]\n{limits}\n");
    for (limits, says) in [
        ("most-percent = 9", "write a number from 10 to 99"),
        ("least-weight = 0", "write a number from 20 to"),
        ("percent = 30", "unknown field `percent`"),
    ] {
        let error = refused(&heaviest(limits));
        assert!(error.contains(says), "{error}");
    }
    let facts = Facts::parse(&heaviest("most-percent = 50")).unwrap();
    let error = facts.check(&Catalog::default()).unwrap_err().to_string();
    assert!(error.starts_with("facts:4: `heaviest.busiest_users`: no such `Top`"), "{error}");
}

#[test]
fn what_could_rewrite_a_terminal_is_escaped() {
    let unknown = format!("{LEAST}\u{1b}[2J\u{0}\u{7f}\u{9b}\u{202e} = 'ä'\n");
    let beyond = format!("{LEAST}retention = '\u{1b}]0;owned\u{7}'\n");
    let address = format!("{LEAST}runbook-url = \"\\u001b[31m\\u0000\"\n");
    for text in [unknown, beyond, address] {
        let error = refused(&text);
        let is_unsafe = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!error.contains(is_unsafe), "{error:?}");
        assert!(error.contains("\\u{1b}"), "{error}");
    }
    assert!(refused("ä = 1").contains("ä = 1"), "other text stays as it is");
}

/// Each is refused with its line, its key and what to write; TOML is not to blame.
#[test]
fn every_fact_has_a_range() {
    for (line, key, says) in [
        ("owner = \"a\\nb\"", "owner", "write it on one line"),
        ("owner = '{{ $value }}'", "owner", "`{{`"),
        ("environment = ''", "environment", "write 1 to 63 letters"),
        ("environment = 'pro duction'", "environment", "write 1 to 63 letters"),
        ("cluster = 'a/b'", "cluster", "write 1 to 63 letters"),
        ("image = 'todo latest'", "image", "write one such as"),
        ("min-bad-events = 0", "min-bad-events", "from 1 to 1000"),
        ("[saturation]\nmemory-percent = 100", "saturation.memory-percent", "from 1 to 99"),
        ("[saturation]\nscheduling-delay = '1m'", "saturation.scheduling-delay", "from 1ms to 10s"),
        ("[saturation]\nstuck-after = '2d'", "saturation.stuck-after", "from 1s to 1d"),
        ("min-bad-events = 4000000000", "min-bad-events", "from 1 to 1000"),
        ("time-scale = 30000", "time-scale", "from 1 to 30"),
        ("naming = 'otel'", "naming", "expected `goldsignal` or `opentelemetry`"),
        ("team = 5", "team", "expected a string"),
        ("[prometheus]\njob = ''", "prometheus.job", "or leave the line out"),
        ("[prometheus]\njob = 'a\"b'", "prometheus.job", "or leave the line out"),
        ("[prometheus]\nretention = '1h'", "prometheus.retention", "from 1d to 3650d"),
        ("[prometheus]\nscrape-interval = '1ms'", "prometheus.scrape-interval", "from 1s to 75s"),
        ("[prometheus]\nport = 0", "prometheus.port", "from 1 to 65535"),
        ("[prometheus]\nport = 70000", "prometheus.port", "70000"),
        ("[prometheus]\nstorage = '1Ki'", "prometheus.storage", "at least 1Gi"),
        (
            "[prometheus]\nlabels.'a b' = 'c'",
            "prometheus.labels.a b",
            "write a name such as `release`",
        ),
        (
            "[prometheus]\nlabels.'-/a' = 'c'",
            "prometheus.labels.-/a",
            "write a name such as `release`",
        ),
        ("[prometheus]\nlabels.a = 'b c'", "prometheus.labels.a", "write up to 63 letters"),
        (
            "[prometheus.token]\nkey = 'a/b'",
            "prometheus.token.key",
            "no key of a Kubernetes secret",
        ),
        ("[prometheus.token]\nfile = 'token'", "prometheus.token.file", "begins with `/`"),
        (
            "[prometheus]\ndrop = ['durations']",
            "prometheus.drop",
            "expected one of `response-head`, `request-body`, `response-body`",
        ),
        ("[grafana]\ntraces = 'zipkin'", "grafana.traces", "expected `jaeger` or `tempo`"),
        ("[grafana]\nloki-uid = ''", "grafana.loki-uid", "no uid of Grafana"),
        ("[grafana]\nfolder = ' '", "grafana.folder", "it is blank"),
        ("[kubernetes]\nlabels.'' = 'a'", "kubernetes.labels.", "no key of a Kubernetes label"),
        ("[receivers.page]\nkey = ''", "receivers.page.key", "no key of a Kubernetes secret"),
        (
            "[receivers.page]\nwebhook-url-file = 'x'",
            "receivers.page.webhook-url-file",
            "begins with `/`",
        ),
    ] {
        let error = refused(&format!(
            "service = 'todo'\nnamespace = 'todo'\n{}{line}\n",
            if line.starts_with("team") { "" } else { "team = 'tasks'\n" }
        ));
        let number = 2 + line.lines().count() + usize::from(!line.starts_with("team"));
        assert!(error.starts_with(&format!("facts:{number}: `{key}`: ")), "{line}: {error}");
        assert!(error.contains(says), "{line}: {error}");
        let last = line.lines().last().unwrap();
        assert!(error.contains(&format!("{number} | {last}")), "{line}: {error}");
        assert!(!error.contains("TOML"), "{line}: {error}");
    }
    let syntax = refused(&format!("{LEAST}owner = \n"));
    assert!(syntax.starts_with("facts: TOML parse error at line 4"), "{syntax}");
}

#[test]
fn a_scrape_may_have_what_is_declared() {
    let catalog = Catalog::default();
    for limit in [0, 10] {
        let text = format!("{LEAST}[prometheus]\nsample-limit = {limit}\n");
        let error = Facts::parse(&text).unwrap().check(&catalog).unwrap_err().to_string();
        assert!(error.starts_with("facts:5: `prometheus.sample-limit`: "), "{error}");
        assert!(error.contains("the declarations alone give 200;"), "{error}");
    }
    let text = format!("{LEAST}[prometheus]\nsample-limit = 200\n");
    Facts::parse(&text).unwrap().check(&catalog).unwrap();
}
