//! The command `backtest` and servers of all kinds. What it computes is compared with promtool by the suite `incidents`.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use super::command::operate;

/// A server that gives each request the same answer, and the requests that it got.
struct Server {
    url: String,
    thread: JoinHandle<Vec<String>>,
}

impl Server {
    /// Answers so many requests.
    fn answering(requests: usize, status: &'static str, body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let thread = std::thread::spawn(move || {
            let answer = || {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    let mut more = [0; 4096];
                    let read = stream.read(&mut more).unwrap();
                    request.extend(&more[..read]);
                }
                let head = format!(
                    "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                stream.write_all((head + body).as_bytes()).unwrap();
                String::from_utf8(request).unwrap()
            };
            std::iter::repeat_with(answer).take(requests).collect()
        });
        Self { url, thread }
    }

    fn requests(self) -> Vec<String> {
        self.thread.join().unwrap()
    }
}

const EMPTY: &str = r#"{"status": "success", "data": {"resultType": "matrix", "result": []}}"#;

/// One request is made: what the command says then, with its exit code.
fn told(status: &'static str, body: &'static str) -> (u8, String) {
    let server = Server::answering(1, status, body);
    let done = operate(&["backtest", "--slo", "shop", "--prometheus", &server.url]);
    server.requests();
    (done.code, done.error)
}

#[test]
fn a_server_that_has_no_answer_is_told_from_one_that_wants_a_token() {
    let (code, error) = told("401 Unauthorized", "who are you?");
    assert!(code == 1 && error.contains("--token-file FILE"), "{error}");
    let refused = r#"{"status": "error", "errorType": "bad_data", "error": "too long"}"#;
    let (code, error) = told("422 Unprocessable Entity", refused);
    assert!(
        code == 1 && error.contains("refuses the query") && error.contains("too long"),
        "{error}"
    );
    let (code, error) = told("200 OK", "<html>");
    assert!(code == 1 && error.contains("does not answer as Prometheus does"), "{error}");

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let done = operate(&["backtest", "--prometheus", &url]);
    assert_eq!(done.code, 1);
    assert!(done.error.contains(&format!("`{url}` cannot be reached: ")), "{}", done.error);
}

#[test]
fn a_server_without_data_is_asked_which_deployments_it_has() {
    // Recorded, counted, and then the counters of others.
    let server = Server::answering(3, "200 OK", EMPTY);
    let done = operate(&[
        "backtest",
        "--slo",
        "shop-availability",
        "--days",
        "1",
        "--prometheus",
        &server.url,
    ]);
    let requests = server.requests();
    assert!(requests[0].contains("slo%3Asli_total%3Aincrease"), "{}", requests[0]);
    assert!(requests[1].contains("slo_events_total"), "{}", requests[1]);
    assert!(requests[2].contains("query=count%20by"), "{}", requests[2]);
    assert_eq!(done.code, 1);
    assert!(
        done.error.contains("has no events of `shop-availability` in the last 1 days"),
        "{}",
        done.error
    );
}

#[test]
fn secrets_come_from_files_and_not_from_arguments() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (token, headers) = (file("token", "secret\n"), file("headers", "X-Scope-OrgID: shop\n\n"));
    let server = Server::answering(1, "403 Forbidden", "no");
    let done = operate(&[
        "backtest",
        "--slo",
        "shop",
        "--prometheus",
        &server.url,
        "--token-file",
        &token,
        "--header-file",
        &headers,
    ]);
    let request = server.requests().remove(0).to_lowercase();
    assert!(request.contains("authorization: bearer secret\r\n"), "{request}");
    assert!(request.contains("x-scope-orgid: shop\r\n"), "{request}");
    assert!(done.error.contains("does not accept the given token"), "{}", done.error);

    let password = operate(&["backtest", "--prometheus", "http://me:secret@localhost"]);
    assert_eq!(password.code, 2);
    assert!(password.error.contains("--header-file FILE") && !password.error.contains("secret"));
    let wrong = file("wrong", "secret");
    let wrong = operate(&["backtest", "--prometheus", "http://localhost", "--header-file", &wrong]);
    assert!(wrong.error.contains("wrong:1: this is no header") && !wrong.error.contains("secret"));
}

#[test]
fn a_question_that_makes_no_sense_is_refused_before_any_request() {
    for (arguments, message) in [
        (&["backtest"][..], "`backtest` needs `--prometheus URL`"),
        (
            &["backtest", "--slo", "sopp", "--prometheus", "http://localhost:1"],
            "there is no objective `sopp`; there are:\n  shop",
        ),
        (&["backtest", "--prometheus", "localhost:9090"], "is no address of a Prometheus"),
    ] {
        let done = operate(arguments);
        assert_eq!(done.code, 2, "{arguments:?}");
        assert!(done.error.contains(message), "{}", done.error);
    }
}
