//! What each set of rules makes of an incident.

use std::fs;

use serde_json::json;

use super::peers::{self, RuleSet};
use crate::replay::course::INTERVAL;
use crate::replay::promtool;

/// An incident with the pages of each set of rules.
pub(super) struct Row {
    name: &'static str,
    is_to_page: bool,
    pages: Vec<Pages>,
}

/// The pages of one set of rules.
struct Pages {
    rules: &'static str,
    /// After how many seconds the first came; negative before the incident began.
    first: Option<i64>,
    /// How often somebody was called.
    calls: u32,
}

impl Row {
    /// Asks promtool. The incident begins `before` seconds after the first scrape.
    pub(super) async fn of(
        name: &'static str,
        is_to_page: bool,
        series: Vec<(String, String)>,
        before: u64,
        end: u64,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut pages = Vec::new();
        for RuleSet { name: rules, file } in peers::all() {
            fs::write(folder.path().join("rules.yaml"), file).unwrap();
            let said = promtool::ask(folder.path(), "test.yaml", &question(&series, end)).await;
            pages.push(Pages::read(rules, said.as_deref(), before));
        }
        Self { name, is_to_page, pages }
    }

    /// How our pages are worse than they promise.
    pub(super) fn faults(&self) -> Vec<String> {
        let ours = &self.pages[0];
        let pyrra = &self.pages[2];
        let mut faults = Vec::new();
        if !self.is_to_page && ours.calls > 0 {
            faults.push("a false page".to_owned());
        }
        if self.is_to_page && ours.calls != 1 {
            faults.push(format!("{} calls, not one", ours.calls));
        }
        if let (true, Some(ours), Some(pyrra)) = (self.is_to_page, ours.first, pyrra.first)
            && ours > pyrra
        {
            faults.push(format!("{ours} s, and pyrra needs {pyrra} s"));
        }
        if self.name == "total-outage" && ours.first.is_none_or(|first| first > 120) {
            faults.push(format!("{:?} s, and 120 s are promised", ours.first));
        }
        faults.into_iter().map(|fault| format!("{}: {fault}", self.name)).collect()
    }

    fn false_pages(&self, pages: &Pages) -> u32 {
        match pages.first {
            Some(first) if self.is_to_page && first >= 0 => 0,
            _ => pages.calls,
        }
    }
}

impl Pages {
    fn read(rules: &'static str, said: Option<&str>, before: u64) -> Self {
        let got =
            said.and_then(|said| said.lines().find_map(|line| line.trim().strip_prefix("got: ")));
        assert!(said.is_none() || got.is_some(), "{rules}: {said:?}");
        let value = |what: &str| -> Option<f64> {
            let (_, rest) = got?.split_once(&format!("{{what=\"{what}\"}} "))?;
            rest.split(',').next()?.parse().ok()
        };
        #[expect(clippy::cast_possible_truncation, reason = "whole seconds of two days")]
        let first = value("first").map(|at| at as i64 - i64::try_from(before).unwrap());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few calls")]
        let calls = value("calls").map_or(0, |calls| calls as u32);
        Self { rules, first, calls }
    }
}

/// When the first page fires, and how often one begins to fire while no other does: a receiver that groups by service
/// calls once then. Nothing is expected, so that promtool tells what it got.
fn question(series: &[(String, String)], end: u64) -> String {
    let series: Vec<_> =
        series.iter().map(|(series, values)| json!({"series": series, "values": values})).collect();
    let interval = format!("{}s", INTERVAL.as_secs());
    let firing = "ALERTS{alertstate=\"firing\",severity=\"page\"}";
    let first = format!("min(min_over_time(timestamp({firing})[{end}s:{interval}]))");
    let begins = format!("max({firing}) unless max({firing} offset {interval})");
    let calls = format!("count_over_time(({begins})[{end}s:{interval}])");
    let named = |expr, name| format!("label_replace({expr}, \"what\", \"{name}\", \"\", \"\")");
    let expr = format!("{} or {}", named(first, "first"), named(calls, "calls"));
    let asked = json!({"expr": expr, "eval_time": format!("{end}s"), "exp_samples": []});
    let test = json!({"interval": interval, "input_series": series, "promql_expr_test": [asked]});
    json!({"rule_files": ["rules.yaml"], "evaluation_interval": interval, "tests": [test]})
        .to_string()
}

/// Prints the head of the table.
pub(super) fn print_head() {
    println!("\nthree sets of rules at true time: seconds to the first page, calls, false calls");
    let names = peers::all().map(|set| set.name);
    println!("| incident | is to page | {} |", names.join(" | "));
    println!("|---|---|{}", "---|".repeat(names.len()));
}

/// Prints what they come to.
pub(super) fn print_sums(rows: &[Row]) {
    let names: Vec<_> = rows[0].pages.iter().map(|pages| pages.rules).collect();
    for (number, name) in names.iter().enumerate() {
        let each = || rows.iter().map(move |row| (row, &row.pages[number]));
        let missed = each().filter(|(row, pages)| row.is_to_page && pages.calls == 0).count();
        let calls: u32 = each().map(|(_, pages)| pages.calls).sum();
        let wrong: u32 = each().map(|(row, pages)| row.false_pages(pages)).sum();
        println!(
            "incidents: {name} calls {calls} times, {wrong} of them falsely, and misses {missed}"
        );
    }
}

impl Row {
    /// Prints its line of the table.
    pub(super) fn printed(self) -> Self {
        let cells: Vec<_> = self.pages.iter().map(|pages| self.cell(pages)).collect();
        let is_to_page = if self.is_to_page { "yes" } else { "no" };
        println!("| {} | {is_to_page} | {} |", self.name, cells.join(" | "));
        self
    }

    fn cell(&self, pages: &Pages) -> String {
        let Some(first) = pages.first else {
            return if self.is_to_page { "missed".to_owned() } else { "–".to_owned() };
        };
        let wrong = if self.false_pages(pages) > 0 { ", false" } else { "" };
        format!("{first} s, {}×{wrong}", pages.calls)
    }
}
