//! The same rules, evaluated by vmalert: the same alerts, and the same value of each expression as in Prometheus.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use goldsignal::operate::rules::Group;
use serde_json::Value;

use super::backtest::{backtest, now, seconds};
use super::prometheus::Prometheus;
use super::victoria::{Victoria, accepts};
use crate::replay::course::INTERVAL;
use crate::rule_sets::kind::Kind;
use crate::rule_sets::kinds;
use crate::rule_sets::peers::SERVICE;
use crate::{replay, rules};

/// The kinds that are replayed: of which half of the objective, and after how many seconds promtool's first page comes.
const REPLAYED: [(&str, &str, Option<u64>); 5] = [
    ("total-outage", "availability", Some(60)),
    ("one-in-twenty", "availability", Some(990)),
    ("latency-alone", "latency", Some(1_710)),
    ("one-failure-a-night", "availability", None),
    ("flapping", "availability", Some(60)),
];

/// The largest relative difference between the value of an expression on both servers. `VictoriaMetrics` stores about
/// twelve digits.
const DIFFERENCE: f64 = 1e-9;

/// An incident whose end was some minutes ago.
struct Replayed {
    kind: Kind,
    half: &'static str,
    page: Option<u64>,
    /// The first scrape.
    begin: u64,
    groups: Vec<Group>,
}

impl Replayed {
    fn all() -> Vec<Self> {
        let end = now() / 300 * 300 - 600;
        let replayed = |kind: Kind| {
            let (_, half, page) = *REPLAYED.iter().find(|(name, ..)| *name == kind.name)?;
            let groups = rules::all(kind.name).into_iter();
            let slo = format!("api-{half}");
            let groups = groups.filter(|group| group.name.contains(&slo)).collect();
            let begin = end - kind.length();
            Some(Self { kind, half, page, begin, groups })
        };
        kinds::all().into_iter().filter_map(replayed).collect()
    }

    /// When it began, in seconds since 1970.
    fn of_incident(&self) -> u64 {
        self.begin + self.kind.before
    }

    fn end(&self) -> u64 {
        self.begin + self.kind.length()
    }
}

/// Panics where vmalert refuses the rules, fires anything else than promtool, or where an expression has another value.
pub(crate) async fn run() {
    for file in [replay::todo::rules(), rules::file(SERVICE, 1)] {
        accepts(&file).await.unwrap_or_else(|said| panic!("vmalert refuses the rules: {said}"));
    }
    let refused = rules::file(SERVICE, 1).replace("  - alert:", "  - alarm:");
    assert!(accepts(&refused).await.is_err(), "vmalert accepts anything");

    let victoria = Victoria::start().await;
    let replayed = Replayed::all();
    assert_eq!(replayed.len(), REPLAYED.len());
    for one in &replayed {
        victoria.import(&one.kind.samples(), one.begin, [SERVICE, one.kind.name]).await;
    }
    let evaluated = futures::future::join_all(
        replayed
            .iter()
            .map(|one| victoria.replay(one.kind.name, &one.groups, [one.begin, one.end()])),
    );
    let flushed = async {
        loop {
            victoria.flush().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        _ = evaluated => {}
        () = flushed => {}
    }
    victoria.flush().await;
    for one in &replayed {
        fires_the_same(&victoria, one).await;
    }
    has_the_same_values(&victoria, &replayed).await;
}

/// vmalert's first page is promtool's, and its alerts are those of a backtest, which also works on this server.
async fn fires_the_same(victoria: &Victoria, one: &Replayed) {
    let name = one.kind.name;
    let selector = format!("ALERTS{{service=\"{name}\",alertstate=\"firing\"}}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let first = |series: &Value| series["timestamps"][0].as_u64().unwrap() / 1_000;
    let fired = victoria.export(&selector).await;
    let fired: BTreeMap<_, _> =
        fired.iter().map(|series| (text(&series["metric"]["alertname"]), first(series))).collect();
    let page = fired.iter().find(|(alert, _)| alert.ends_with("BurnsFast"));
    let page = page.map(|(_, at)| at - one.of_incident());
    assert_eq!(one.page.is_some(), one.kind.is_to_page, "{name}");
    // A window of Prometheus 2 has one evaluation more, which may be a good one.
    let is_same = match (page, one.page) {
        (None, None) => true,
        (Some(page), Some(expected)) => page.abs_diff(expected) <= INTERVAL.as_secs(),
        _ => false,
    };
    assert!(is_same, "{name}: after {page:?}, not {:?}: {fired:?}", one.page);

    let folder = tempfile::tempdir().unwrap();
    let facts = folder.path().join("facts.toml");
    fs::write(&facts, rules::facts_file(name, 1)).unwrap();
    let slo = format!("api-{}", one.half);
    let reports = backtest(&victoria.url(), &facts, &["--days", "2", "--slo", &slo]);
    let mut expected = BTreeMap::new();
    for alert in reports[0]["alerts"].as_array().unwrap() {
        let starts = u64::try_from(seconds(alert["starts"].as_str().unwrap())).unwrap();
        expected.entry(text(&alert["alert"])).or_insert(starts);
    }
    assert_eq!(
        fired.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>(),
        "{name}: vmalert, and a backtest"
    );
    for (alert, at) in &fired {
        let step = if alert.ends_with("BurnsFast") { 30 } else { 300 };
        assert!(at.abs_diff(expected[alert]) <= step, "{name}: {alert} at {at}, not {expected:?}");
    }
    println!(
        "incidents: vmalert fires {} alerts of {name}, the page after {page:?} s",
        fired.len()
    );
}

/// The same samples, raw and recorded, in both: each expression has the same value.
async fn has_the_same_values(victoria: &Victoria, replayed: &[Replayed]) {
    let prometheus = Prometheus::with(victoria.open_metrics().await).await;
    let (mut values, mut largest) = (0, 0.0_f64);
    for one in replayed {
        // Between two evaluations, as windows of Prometheus 2 have the sample at their begin.
        let times = (0..5).map(|number| one.end() - 15 - number * 600).collect::<Vec<_>>();
        for rule in rules::all(one.kind.name).iter().flat_map(|group| &group.rules) {
            let expr = rule.expr().to_string();
            for at in &times {
                let ours = instant(&prometheus.url(), &expr, *at).await;
                let theirs = instant(&victoria.url(), &expr, *at).await;
                let labels = |of: &BTreeMap<String, f64>| of.keys().cloned().collect::<Vec<_>>();
                assert_eq!(labels(&ours), labels(&theirs), "{}: {expr} at {at}", one.kind.name);
                for (labels, value) in &ours {
                    let difference = (value - theirs[labels]).abs() / value.abs().max(1e-9);
                    assert!(
                        difference <= DIFFERENCE,
                        "{expr} at {at}: {value}, not {}",
                        theirs[labels]
                    );
                    largest = largest.max(difference);
                    values += 1;
                }
            }
        }
    }
    assert!(values > 200, "{values} values are compared");
    println!(
        "incidents: {values} values in VictoriaMetrics differ by at most {largest:e} from those in Prometheus"
    );
}

/// What an expression is at a time, by its labels. vmalert asks in the same way, with a step of five minutes.
async fn instant(url: &str, expr: &str, at: u64) -> BTreeMap<String, f64> {
    let parameters =
        [("query", expr.to_owned()), ("time", at.to_string()), ("step", "5m".to_owned())];
    let request = reqwest::Client::new().get(format!("{url}/api/v1/query"));
    let answer: Value = request.query(&parameters).send().await.unwrap().json().await.unwrap();
    let result = answer["data"]["result"].as_array().unwrap_or_else(|| panic!("{expr}: {answer}"));
    let value = |series: &Value| {
        let mut labels = series["metric"].clone();
        labels.as_object_mut().unwrap().remove("__name__");
        (labels.to_string(), series["value"][1].as_str().unwrap().parse().unwrap())
    };
    result.iter().map(value).collect()
}
