//! Programs of other authors accept both formats, as `Accept` selects them.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::programs::python;

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
const OPEN: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The `Accept` headers of scrapers and people, and the type of the response.
const ACCEPT: [(&str, &str); 7] = [
    ("text/plain;version=0.0.4", TEXT),
    ("application/openmetrics-text;version=1.0.0", OPEN),
    // Prometheus 2.42.
    (
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
         text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        OPEN,
    ),
    ("application/openmetrics-text;q=0.2,text/plain;version=0.0.4;q=0.5", TEXT),
    ("application/openmetrics-text;q=0,*/*", TEXT),
    // curl, and a browser.
    ("*/*", TEXT),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", TEXT),
];

/// Checks the content types, and that promtool and the Python client's parser accept the bodies.
pub(crate) async fn check(admin: SocketAddr) {
    for (accept, kind) in ACCEPT {
        let body = scrape(admin, accept, kind).await;
        assert_eq!(body.ends_with("\n# EOF\n"), kind == OPEN, "{accept}");
    }
    let text = scrape(admin, ACCEPT[0].0, TEXT).await;
    accepts(Command::new("promtool").args(["check", "metrics"]), &text).await;
    let open = scrape(admin, ACCEPT[1].0, OPEN).await;
    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/end_to_end/parse_openmetrics.py");
    accepts(Command::new(python()).arg(script), &open).await;
}

async fn scrape(admin: SocketAddr, accept: &str, kind: &str) -> String {
    let request = reqwest::Client::new().get(format!("http://{admin}/metrics"));
    let response = request.header("accept", accept).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], kind, "{accept}");
    response.text().await.unwrap()
}

/// Runs a checker on `input`; it must accept it.
async fn accepts(command: &mut Command, input: &str) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.as_bytes().to_vec();
    let write = tokio::spawn(async move { stdin.write_all(&input).await });
    let output = child.wait_with_output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    write.await.unwrap().unwrap();
    let program = Path::new(command.as_std().get_program()).file_name().unwrap_or_default();
    println!("accepted by {}", program.to_string_lossy());
}
