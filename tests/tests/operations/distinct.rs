//! How many different keys three instances have seen in a window, as Prometheus computes it from their registers.

use std::fs;
use std::ops::Range;
use std::process::Command;

use goldsignal::declare::catalog::Catalog;
use goldsignal::expose::Format;
use goldsignal::operate::{Facts, generate};
use goldsignal::{Distinct, Metrics, testing};
use goldsignal_tests::require_programs;
use serde_json::{Value, json};

use crate::generated;

const FACTS: &str = "service = 'shop'\nnamespace = 'retail'\nteam = 'checkout'\n";

/// Who uses the shop.
#[derive(Metrics)]
struct Visitors {
    /// Visitors who were active.
    active_visitors: Distinct<u32>,
}

/// The registers of an instance that has seen these visitors.
fn registers(visitors: Range<u32>) -> Vec<String> {
    let scope = testing::scope();
    visitors.for_each(|visitor| Visitors::get().active_visitors.insert(&visitor));
    let text = scope.registry().encode(Format::Text);
    let samples = text.lines().filter(|line| line.starts_with("active_visitors{"));
    samples.map(|line| line.rsplit_once(' ').unwrap().1.to_owned()).collect()
}

/// The series of an instance that sees `early` visitors in the first four minutes, and `late` ones more than an hour later.
fn series(instance: &str, early: Range<u32>, late: Range<u32>) -> Vec<Value> {
    let both = registers(early).into_iter().zip(registers(late));
    let series = both.enumerate().map(|(number, (early, late))| {
        json!({
            "series": format!(
                "active_visitors{{job=\"shop\",namespace=\"retail\",instance=\"{instance}\",register=\"{number:04}\"}}"
            ),
            "values": format!("{early}x3 0x57 {late}x3 0x20"),
        })
    });
    series.collect()
}

/// That the recorded estimate is within 12 % of `truth`, which is more than three times the standard error.
fn estimate(window: &str, truth: u32) -> Value {
    let name = format!("service:active_visitors:estimate{window}");
    let (least, most) = (f64::from(truth) * 0.88, f64::from(truth) * 1.12);
    json!({
        "expr": format!("count({name} > {least} < {most})"),
        "eval_time": "75m",
        "exp_samples": [{"labels": "{}", "value": 1}],
    })
}

#[test]
#[ignore = "needs promtool: run tests/run operations"]
fn a_visitor_of_several_instances_counts_once_in_each_window() {
    require_programs(&["promtool"]);
    let mut catalog = Catalog::linked();
    catalog.families.retain(|family| family.name == "active_visitors");
    let files = generate(&catalog, &Facts::parse(FACTS).unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let rules = generated::text(&files, "prometheus/rules.yaml");
    fs::write(folder.path().join("rules.yaml"), &rules).unwrap();
    let series = [
        series("a", 0..2_000, 0..0),
        series("b", 1_000..3_000, 3_500..4_000),
        series("c", 0..0, 2_500..4_000),
    ];
    let test = json!({
        "rule_files": ["rules.yaml"],
        "tests": [{
            "interval": "1m",
            "input_series": series.concat(),
            "promql_expr_test": [estimate("1h", 1_500), estimate("1d", 4_000), estimate("7d", 4_000)],
        }],
    });
    let path = folder.path().join("test.yaml");
    fs::write(&path, test.to_string()).unwrap();
    let output = Command::new("promtool").args(["test", "rules"]).arg(path).output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success() && said.contains("SUCCESS"), "{said}\n{rules}");
}
