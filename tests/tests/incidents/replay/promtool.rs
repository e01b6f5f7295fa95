//! promtool, asked and understood.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tokio::process::Command;

/// An alert that fired.
#[derive(Debug)]
pub(crate) struct Fired {
    pub(crate) name: String,
    pub(crate) severity: String,
    /// When it fired first, in seconds since the incident began.
    pub(crate) after: i64,
}

impl Fired {
    /// How long the incident had lasted.
    pub(crate) fn delay(&self) -> String {
        if self.after <= 0 {
            return "before it began".to_owned();
        }
        format!("{}:{:02} min", self.after / 60, self.after % 60)
    }
}

/// Runs the tests of `question` in `folder` under a name of their own; what promtool says against them, nothing
/// where all pass.
pub(crate) async fn ask(folder: &Path, name: &str, question: &str) -> Option<String> {
    fs::write(folder.join(name), question).unwrap();
    let mut promtool = Command::new("promtool");
    let asked = promtool.args(["test", "rules", name]).current_dir(folder).kill_on_drop(true);
    let output = asked.output().await.unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    if output.status.success() {
        assert!(said.contains("SUCCESS"), "{said}");
        return None;
    }
    Some(said)
}

/// What fired in an incident after `before`: the samples that promtool got where it was told to expect none.
pub(crate) fn fired(said: Option<&str>, before: Duration) -> Vec<Fired> {
    let said = said.expect("promtool got nothing, but the watchdog always fires");
    let got = said.lines().find_map(|line| line.trim().strip_prefix("got: "));
    let got = got.unwrap_or_else(|| panic!("promtool got no samples: {said}"));
    let read = |sample| read(sample, before).unwrap_or_else(|| panic!("{got}"));
    let mut fired: Vec<_> = got.split(", {").map(read).collect();
    fired.sort_by_key(|one| one.after);
    fired
}

/// `{alertname="Name", severity="page"} 1.8E+02`
fn read(sample: &str, before: Duration) -> Option<Fired> {
    let (labels, at) = sample.rsplit_once("} ")?;
    let value = |name: &str| {
        let (_, value) = labels.split_once(&format!("{name}=\""))?;
        Some(value.split_once('"')?.0.to_owned())
    };
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds, of a few days")]
    let after = (at.parse::<f64>().ok()? - before.as_secs_f64()) as i64;
    Some(Fired { name: value("alertname")?, severity: value("severity")?, after })
}

#[test]
fn what_promtool_got_is_understood() {
    let said = "  FAILED:\n    expr: \"min\", time: 9m,\n        exp: nil\n        got: \
                {alertname=\"A\", severity=\"page\"} 4.8E+02, {alertname=\"B\", severity=\"watchdog\"} 0E+00\n";
    let fired = fired(Some(said), Duration::from_mins(5));
    let read: Vec<_> = fired.iter().map(|one| (&*one.name, &*one.severity, one.after)).collect();
    assert_eq!(read, [("B", "watchdog", -300), ("A", "page", 180)]);
}
