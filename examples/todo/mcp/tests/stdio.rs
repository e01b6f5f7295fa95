//! `todo-mcp --stdio`: standard output is the protocol, standard error the log.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

#[test]
fn standard_output_is_the_protocol_and_standard_error_the_log() {
    let mut server = Command::new(env!("CARGO_BIN_EXE_todo-mcp"))
        .args(["--stdio", "--todo-url", "http://127.0.0.1:9"])
        .env_remove("RUST_LOG")
        .env_remove("GOLDSIGNAL_LOG_FORMAT")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = server.stdin.take().unwrap();
    let mut answers = BufReader::new(server.stdout.take().unwrap()).lines();
    let mut send = |message: Value| writeln!(input, "{message}").unwrap();
    let mut answer = || serde_json::from_str::<Value>(&answers.next().unwrap().unwrap()).unwrap();

    let client = json!({"name": "test", "version": "1"});
    let initialize =
        json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client});
    send(json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": initialize}));
    assert_eq!(answer()["result"]["serverInfo"]["name"], "todo-mcp");
    send(json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let new = json!({"title": "My secret"});
    let call =
        json!({"name": "create_task", "arguments": new, "_meta": {"traceparent": traceparent}});
    send(json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}));
    assert_eq!(answer()["result"]["isError"], true);
    drop(input);

    let mut log = String::new();
    server.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(server.wait().unwrap().success(), "{log}");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let tool = lines.iter().find(|line| line["tool"] == "create_task").unwrap();
    assert_eq!(tool["error_type"], "unreachable");
    assert_eq!(tool["trace_id"], "0af7651916cd43dd8448eb211c80319c");
    assert!(!log.contains("secret"), "{log}");
}
