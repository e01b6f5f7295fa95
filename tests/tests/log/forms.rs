//! The forms of the log: text for people on a terminal, logfmt, and JSON with constant members.

use std::env;
use std::fs::File;
use std::io::Read;
use std::os::fd::{FromRawFd, OwnedFd};
use std::process::Command;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use goldsignal::emit::LogFormat;
use goldsignal::{Telemetry, observed, routes};
use goldsignal_tests::TestLog;
use http::Request;
use serde_json::Value;
use tower::{Layer, ServiceExt};

#[derive(Debug)]
struct Refused(std::io::Error);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cannot save")
    }
}

impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[observed(fields(attempt = 2))]
fn save() -> Result<(), Refused> {
    Err(Refused(std::io::Error::other("no \"room\"\nleft")))
}

#[observed(get = "/hello/{name}", fields(name))]
async fn hello(Path(name): Path<String>) -> String {
    tracing::info!(count = 3, "greeting");
    name
}

/// A pseudo-terminal: its end for the reader, and that for the program.
#[expect(unsafe_code, reason = "the standard library opens no pseudo-terminal")]
fn pseudo_terminal() -> (File, OwnedFd) {
    let (mut ours, mut theirs, none) = (0, 0, std::ptr::null_mut());
    // SAFETY: both numbers outlive the call, and the other pointers may be null.
    let opened =
        unsafe { libc::openpty(&raw mut ours, &raw mut theirs, none, none.cast(), none.cast()) };
    assert_eq!(opened, 0);
    // SAFETY: nobody else has these descriptors.
    unsafe { (File::from_raw_fd(ours), OwnedFd::from_raw_fd(theirs)) }
}

/// What the log of a terminal shows, by a child process that has these variables.
fn on_a_terminal(variables: &[(&str, &str)]) -> String {
    let (mut ours, theirs) = pseudo_terminal();
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "forms::the_service_of_a_terminal", "--ignored", "--nocapture"]);
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "GOLDSIGNAL_LOG_FORMAT", "RUST_LOG"] {
        command.env_remove(name);
    }
    let mut child = command.env("TERM", "xterm").envs(variables.to_vec()).stdout(theirs).spawn();
    // The end of the terminal that the child writes to is open in it alone.
    drop(command);
    let mut shown = Vec::new();
    // Reading fails when the child has ended.
    let _ = ours.read_to_end(&mut shown);
    assert!(child.as_mut().unwrap().wait().unwrap().success());
    let shown = String::from_utf8(shown).unwrap();
    let lines = shown.lines().skip_while(|line| !line.contains("greeting"));
    lines.take_while(|line| !line.starts_with("test ")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
#[ignore = "it writes to the terminal of other tests"]
async fn the_service_of_a_terminal() {
    println!();
    let telemetry = Telemetry::builder("forms").admin(None).from_env().build().unwrap();
    telemetry.install().unwrap();
    let app = telemetry.layer().layer(routes![hello] as Router);
    for path in ["/hello/you", "/hello/a%1B%5D0;owned%07b%0Ac%E2%80%AEd"] {
        let request = Request::get(path).header("x-request-id", "0123456789abcdef");
        let response = app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
    }
    let _ = save();
    assert!(telemetry.log().flush(Duration::from_secs(10)));
}

/// Replaces what differs from run to run.
fn settled(shown: &str) -> String {
    let mut lines = Vec::new();
    for line in shown.lines() {
        let line = line.trim_end_matches('\r');
        let is_indented = line.starts_with(' ');
        let line = if is_indented { line } else { line.get(12..).expect("a time") };
        // The duration stands before a unit.
        let mut words: Vec<&str> = line.split(' ').collect();
        if let Some(unit) = words.iter().position(|word| ["µs", "ms"].contains(word)) {
            words[unit - 1] = "N";
        }
        lines.push(words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "));
    }
    lines.join("\n").replace(" ms", " µs")
}

#[test]
fn a_terminal_shows_lines_for_people() {
    let plain = on_a_terminal(&[("NO_COLOR", "1")]);
    assert_eq!(
        settled(&plain),
        "INFO log::forms: greeting count=3 …89abcdef\n\
         INFO GET /hello/{name} 200 N µs name=you …89abcdef\n\
         INFO log::forms: greeting count=3 …89abcdef\n\
         INFO GET /hello/{name} 200 N µs …89abcdef\n\
         name: a\\u{1b}]0;owned\\u{7}b\n\
         c\\u{202e}d\n\
         ERROR log::forms::save error N µs attempt=2\n\
         error: cannot save: no \"room\"\n\
         left"
    );
    let columns = |line: &str, of: &str| line.split(of).next().map(|before| before.chars().count());
    let ends: Vec<_> = plain.lines().filter(|line| line.contains("s  ")).collect();
    let at: Vec<_> =
        ["200", "200", "error "].iter().zip(&ends).map(|(of, line)| columns(line, of)).collect();
    assert!(at.windows(2).all(|pair| pair[0] == pair[1]), "{plain}");

    let coloured = on_a_terminal(&[]);
    assert!(coloured.contains("\u{1b}[1;31mERROR\u{1b}[0m"), "{coloured}");
    assert!(coloured.contains("\u{1b}[32m200\u{1b}[0m"), "{coloured}");
    assert!(!on_a_terminal(&[("TERM", "dumb")]).contains('\u{1b}'));

    let json = on_a_terminal(&[("GOLDSIGNAL_LOG_FORMAT", "json")]);
    let lines: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[3]["name"], "a\u{1b}]0;owned\u{7}b\nc\u{202e}d");
}

#[test]
fn logfmt_has_the_keys_of_json() {
    let logged = |format| {
        let log = TestLog::build(Telemetry::builder("forms").log_format(format));
        tracing::dispatcher::with_default(&log.subscriber(), || {
            let _ = save();
            tracing::warn!(user = "a b", empty = "", "x=1");
        });
        log.text()
    };
    let (json, logfmt) = (logged(LogFormat::Json), logged(LogFormat::Logfmt));
    assert_eq!((json.lines().count(), logfmt.lines().count()), (2, 2));
    for (json, logfmt) in json.lines().zip(logfmt.lines()) {
        let members: Value = serde_json::from_str(json).unwrap();
        for (key, value) in members.as_object().unwrap() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let quoted = format!(" {key}={value} ");
            let is_there = format!(" {logfmt} ").contains(&quoted)
                || format!(" {logfmt} ").contains(&format!(" {key}={text} "));
            let differs =
                ["timestamp", "duration_ms", "trace_id", "span_id"].contains(&key.as_str());
            assert!(is_there || differs && logfmt.contains(key.as_str()), "{key} in {logfmt}");
        }
    }
    assert!(logfmt.contains("error=\"cannot save: no \\\"room\\\"\\nleft\""), "{logfmt}");
}

#[test]
fn lines_of_json_can_say_whose_they_are() {
    let log = TestLog::build(Telemetry::builder("shop").version("1.2").log_resource(true));
    tracing::dispatcher::with_default(&log.subscriber(), || {
        let _ = save();
        tracing::info!(version = 3, "its own");
    });
    let lines = log.lines();
    assert_eq!((&lines[0]["service"], &lines[0]["version"]), (&"shop".into(), &"1.2".into()));
    assert_eq!((&lines[1]["service"], &lines[1]["version"]), (&"shop".into(), &3.into()));
}
