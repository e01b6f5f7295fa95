//! One bad instance of three: the page names it.

use std::fs;
use std::process::Command;

use goldsignal_tests::require_programs;
use serde_json::{Value, json};

use crate::generated;

const FACTS: &str = "service = 'shop'\nnamespace = 'retail'\nteam = 'checkout'\n";

/// The counters of an instance of which all events are good, or all bad.
fn events(pod: &str, is_bad: bool) -> [Value; 2] {
    let series = |outcome: &str, grows: bool| {
        let labels =
            format!("job=\"shop\",namespace=\"retail\",instance=\"{pod}:9464\",pod=\"{pod}\"");
        let series =
            format!("slo_events_total{{{labels},slo=\"api-availability\",outcome=\"{outcome}\"}}");
        json!({"series": series, "values": if grows { "0+100x60" } else { "0x60" }})
    };
    [series("good", !is_bad), series("bad", is_bad)]
}

#[test]
#[ignore = "needs promtool: run tests/run operations"]
fn a_page_names_the_one_bad_instance_of_three() {
    require_programs(&["promtool"]);
    let files = generated::files(FACTS);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rules.yaml"), generated::text(&files, "prometheus/rules.yaml"))
        .unwrap();
    let rule = generated::rule(&files, "ApiAvailabilityBurnsFast");
    let (mut labels, mut annotations) = (rule["labels"].clone(), rule["annotations"].clone());
    labels["job"] = "shop".into();
    annotations["summary"] = "shop: api-availability 33.33% bad, budget already spent".into();
    annotations["description"] = "In the last 5m 33.33% of the events of `api-availability` were bad: 333.3 times the \
                                  0.1 % that the objective allows. Error budget of 30 days: already spent. Bad events \
                                  on 1 of 3 instances: shop-b 100%."
        .into();
    let series = [events("shop-a", false), events("shop-b", true), events("shop-c", false)];
    let test = json!({
        "rule_files": ["rules.yaml"],
        "evaluation_interval": "30s",
        "tests": [{
            "interval": "30s",
            "input_series": series.concat(),
            "alert_rule_test": [{
                "alertname": "ApiAvailabilityBurnsFast",
                "eval_time": "25m",
                "exp_alerts": [{"exp_labels": labels, "exp_annotations": annotations}],
            }],
        }],
    });
    let path = folder.path().join("test.yaml");
    fs::write(&path, test.to_string()).unwrap();
    let output = Command::new("promtool").args(["test", "rules"]).arg(path).output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success() && said.contains("SUCCESS"), "{said}");
}
