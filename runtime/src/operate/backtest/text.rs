//! What a backtest found, for the terminal.

use std::fmt::Write as _;

use super::report::{Fired, Report, Spent};
use super::time;

/// The most days that are listed.
const DAYS: usize = 31;

impl Report {
    /// The whole of it. Writing to a `String` does not fail.
    pub(super) fn text(&self) -> String {
        let mut text = self.head();
        self.days_table(&mut text);
        self.alerts_table(&mut text);
        self.targets_table(&mut text);
        text
    }

    fn head(&self) -> String {
        let Self { slo, objective, declared_percent, .. } = self;
        let mut text = format!("{slo}: {objective}");
        if self.is_declared {
            text += ", as declared";
        } else {
            let _ = write!(text, " (declared: {declared_percent} %)");
        }
        let _ = write!(
            text,
            "\n{} to {} UTC, {}\n",
            short(&self.start),
            short(&self.end),
            self.source()
        );
        if !self.is_whole {
            let _ = writeln!(
                text,
                "There are no data before {}: the result is of what came since.",
                short(&self.data_since)
            );
        }
        let (events, bad) = (whole(self.events), whole(self.bad_events));
        let allowed = whole(self.allowed_bad_events.floor());
        let spent = percentage(self.budget_spent_ratio);
        let _ = writeln!(
            text,
            "{events} events, of which {bad} were bad and {allowed} may be: {spent} of the budget spent"
        );
        text
    }

    fn source(&self) -> String {
        let step = self.step_seconds;
        match (self.steps_from_recorded_rules, self.steps_from_counters) {
            (_, 0) => format!("as the rules recorded it every {step} s"),
            (0, _) => format!("computed from the counters for every {step} s"),
            _ => format!(
                "as the rules recorded it every {step} s, and where they did not, computed from the counters"
            ),
        }
    }

    fn days_table(&self, text: &mut String) {
        if self.days.is_empty() {
            return;
        }
        let mut days: Vec<&Spent> = self.days.iter().collect();
        days.sort_by(|one, other| other.bad_events.total_cmp(&one.bad_events));
        let (listed, others) = days.split_at(days.len().min(DAYS));
        let mut listed = listed.to_vec();
        listed.sort_by(|one, other| one.start.cmp(&other.start));
        let _ = writeln!(text, "\n  {:10}  {:>12}  {:>12}  worst hours", "day", "bad", "of budget");
        for day in listed {
            let date = &day.start[..10];
            let hours = self.worst_hours(date);
            let (bad, spent) = (whole(day.bad_events), percentage(day.budget_spent_ratio));
            let _ = writeln!(text, "  {date}  {bad:>12}  {spent:>12}  {hours}");
        }
        if !others.is_empty() {
            let rest: f64 = others.iter().map(|day| day.budget_spent_ratio).sum();
            let _ = writeln!(text, "  {} more days: {}", others.len(), percentage(rest));
        }
    }

    fn worst_hours(&self, date: &str) -> String {
        let mut hours: Vec<&Spent> =
            self.hours.iter().filter(|hour| hour.start.starts_with(date)).collect();
        hours.sort_by(|one, other| other.bad_events.total_cmp(&one.bad_events));
        let hour = |hour: &&Spent| {
            format!("{} {}", &hour.start[11..16], percentage(hour.budget_spent_ratio))
        };
        hours.iter().take(3).map(hour).collect::<Vec<_>>().join(", ")
    }

    fn alerts_table(&self, text: &mut String) {
        if self.alerts.is_empty() {
            text.push_str("\n  no alert would have fired\n");
            return;
        }
        let name = self.alerts.iter().map(|one| one.alert.len()).max().unwrap_or_default();
        let _ = writeln!(
            text,
            "\n  {:8}  {:name$}  {:19}  {:>8}  at worst",
            "severity", "alert", "from", "for"
        );
        for Fired { alert, severity, starts, ends, seconds, worst_bad_ratio, worst_window } in
            &self.alerts
        {
            let starts = starts.replace('T', " ");
            let starts = starts.trim_end_matches('Z');
            let length = length(*seconds);
            let open = if ends.is_none() { ", still firing" } else { "" };
            let worst = percentage(*worst_bad_ratio);
            let _ = writeln!(
                text,
                "  {severity:8}  {alert:name$}  {starts:19}  {length:>8}  {worst} bad in {worst_window}{open}"
            );
        }
    }

    fn targets_table(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "\n  {:>9}  {:>12}  {:>5}  {:>7}",
            "target", "budget spent", "pages", "tickets"
        );
        for one in &self.targets {
            let target = format!("{} %", one.percent);
            let spent = percentage(one.budget_spent_ratio);
            let (pages, tickets) = (one.pages, one.tickets);
            let _ = write!(text, "  {target:>9}  {spent:>12}  {pages:>5}  {tickets:>7}");
            text.push_str(if one.is_declared { "  declared\n" } else { "\n" });
        }
    }
}

/// `2026-11-30 20:31` of a time as RFC 3339 has it.
fn short(time: &str) -> String {
    time[..16].replace('T', " ")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths of time in a year"
)]
fn length(seconds: f64) -> String {
    time::length((seconds * 1e3) as u64)
}

/// `1,234,567`.
fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `12.3 %`, `0.0123 %`: three digits that matter, and no fraction of hundreds.
fn percentage(share: f64) -> String {
    let percent = share * 100.0;
    if percent == 0.0 {
        return "0 %".to_owned();
    }
    let mut decimals = 0;
    let mut size = percent;
    while size < 100.0 && decimals < 6 {
        size *= 10.0;
        decimals += 1;
    }
    let text = format!("{percent:.decimals$}");
    let text = if decimals > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (share, text) in [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.5, "50 %"),
            (0.12345, "12.3 %"),
            (0.000_341, "0.0341 %"),
            (98.5, "9850 %"),
        ] {
            assert_eq!(percentage(share), text);
        }
        assert_eq!([0.0, 999.0, 1e3, 1_234_567.0].map(whole), ["0", "999", "1,000", "1,234,567"]);
    }
}
