//! The tools as an agent calls them, on the todo service and on stand-ins for it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use goldsignal::Telemetry;
use goldsignal::testing::{Scope, scope};
use opentelemetry_sdk::trace::InMemorySpanExporter;
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, CallToolResult, ClientRequest, RequestMetaObject,
};
use rmcp::service::{PeerRequestOptions, RoleClient, RunningService};
use rmcp::{ServiceExt, serve_server};
use serde_json::{Value, json};
use todo_mcp::Api;
use todo_mcp::server::TodoServer;
use tokio::net::TcpListener;

type Agent = RunningService<RoleClient, ()>;

/// An agent whose server calls the API at `app`.
async fn agent(app: Router) -> Agent {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    agent_of(&format!("http://{address}")).await
}

async fn agent_of(url: &str) -> Agent {
    let server = TodoServer::new(Api::new(url.parse().unwrap()), "ada");
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move {
        serve_server(server, theirs).await.unwrap().waiting().await.unwrap();
    });
    ().serve(ours).await.unwrap()
}

async fn todo_agent() -> (Agent, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("todo.db");
    let store = todo::store::Store::open(file.to_str().unwrap()).await.unwrap();
    (agent(todo::app(store)).await, dir)
}

fn params(tool: &'static str, arguments: &Value) -> CallToolRequestParams {
    CallToolRequestParams::new(tool).with_arguments(arguments.as_object().unwrap().clone())
}

async fn call(agent: &Agent, tool: &'static str, arguments: Value) -> CallToolResult {
    agent.call_tool(params(tool, &arguments)).await.unwrap()
}

/// The structured answer of a call that succeeds.
async fn answer(agent: &Agent, tool: &'static str, arguments: Value) -> Value {
    let result = call(agent, tool, arguments).await;
    assert_ne!(result.is_error, Some(true), "{result:?}");
    result.structured_content.unwrap()
}

/// The text of a call that fails.
async fn error(agent: &Agent, tool: &'static str, arguments: Value) -> String {
    let result = call(agent, tool, arguments).await;
    assert_eq!(result.is_error, Some(true), "{result:?}");
    result.content[0].as_text().unwrap().text.clone()
}

fn counted(scope: &Scope, tool: &str, outcome: &str, error_type: &str) -> Option<f64> {
    let labels = [("tool", tool), ("outcome", outcome), ("error_type", error_type)];
    scope.value("mcp_tool_calls_total", &labels)
}

#[tokio::test]
async fn each_tool_does_its_work_and_is_counted() {
    let scope = scope();
    let (agent, _dir) = todo_agent().await;
    let tools = agent.list_all_tools().await.unwrap();
    assert!(tools.iter().all(|tool| tool.description.is_some()), "{tools:?}");
    let names: Vec<_> = tools.iter().map(|tool| &*tool.name).collect();
    let all = ["complete_task", "create_task", "delete_task", "list_tasks", "search_tasks"];
    assert_eq!(names, all);

    let new = json!({"title": "Water the secret garden", "description": "with care"});
    let created = answer(&agent, "create_task", new).await;
    assert_eq!(
        (&created["title"], &created["completed"]),
        (&json!("Water the secret garden"), &json!(false))
    );
    answer(&agent, "create_task", json!({"title": "Sleep"})).await;
    let found = answer(&agent, "search_tasks", json!({"text": "SECRET"})).await;
    assert_eq!(found["tasks"], json!([created]));
    let id = json!({"id": created["id"]});
    assert_eq!(answer(&agent, "complete_task", id.clone()).await["completed"], true);
    assert_eq!(answer(&agent, "list_tasks", json!({})).await["tasks"].as_array().unwrap().len(), 2);
    assert_eq!(answer(&agent, "delete_task", id.clone()).await, id);

    assert!(error(&agent, "delete_task", id.clone()).await.starts_with("no such task"));
    assert!(error(&agent, "create_task", json!({"title": ""})).await.starts_with("a title has"));
    assert!(error(&agent, "search_tasks", json!({"text": ""})).await.starts_with("a title has"));
    let done = answer(&agent, "create_task", json!({"title": "Done"})).await;
    let done = json!({"id": done["id"]});
    answer(&agent, "complete_task", done.clone()).await;
    assert!(error(&agent, "complete_task", done).await.contains("completed already"));
    assert!(error(&agent, "complete_task", json!({"id": "secret"})).await.contains("deserialize"));
    agent.call_tool(params("drop_tables", &json!({}))).await.unwrap_err();

    let ends = [
        ("create_task", "ok", "", 3.0),
        ("create_task", "client_error", "invalid", 1.0),
        ("search_tasks", "ok", "", 1.0),
        ("search_tasks", "client_error", "invalid", 1.0),
        ("list_tasks", "ok", "", 1.0),
        ("complete_task", "ok", "", 2.0),
        ("complete_task", "client_error", "already_completed", 1.0),
        ("complete_task", "client_error", "rejected", 1.0),
        ("delete_task", "ok", "", 1.0),
        ("delete_task", "client_error", "no_such_task", 1.0),
        ("_OTHER", "client_error", "unknown_tool", 1.0),
    ];
    for (tool, outcome, error_type, count) in ends {
        assert_eq!(counted(&scope, tool, outcome, error_type), Some(count), "{tool} {error_type}");
    }
    scope.assert("mcp_tool_calls_total", &[], ends.iter().map(|end| end.3).sum());
    scope.assert("mcp_tool_calls_in_flight", &[], 0.0);
    scope.assert("slo_events_total", &[("slo", "tools-availability"), ("outcome", "bad")], 0.0);
    // Those of the library have whole messages, and its filter leaves them out: see `stdio.rs`.
    let mut log = scope.events();
    log.retain(|event| !event.target.starts_with("rmcp"));
    let log = format!("{log:?}");
    for word in ["secret", "garden", "with care", "Sleep", "drop_tables", "SECRET"] {
        assert!(!log.contains(word), "`{word}` is in the log: {log}");
    }
    scope
        .assert_event("tools/call create_task ok", &[("tool", "create_task"), ("title_len", "23")]);
}

#[tokio::test]
async fn sessions_go_up_and_down() {
    let scope = scope();
    let (one, _dir) = todo_agent().await;
    scope.assert("mcp_sessions_in_flight", &[], 1.0);
    let other = agent_of("http://127.0.0.1:9").await;
    scope.assert("mcp_sessions_in_flight", &[], 2.0);
    one.cancel().await.unwrap();
    other.cancel().await.unwrap();
    // The servers notice that their clients are gone.
    while scope.value("mcp_sessions_in_flight", &[]) != Some(0.0) {
        tokio::task::yield_now().await;
    }
    scope.assert("mcp_session_duration_seconds_count", &[], 2.0);
}

#[tokio::test]
async fn a_service_that_fails_is_told_with_a_finite_name() {
    let scope = scope();
    let broken = agent(Router::new().fallback(async || StatusCode::INTERNAL_SERVER_ERROR)).await;
    assert!(error(&broken, "list_tasks", json!({})).await.contains("status 500"));
    let nonsense = agent(Router::new().fallback(async || "no JSON")).await;
    assert!(error(&nonsense, "list_tasks", json!({})).await.contains("status 200"));
    let gone = agent_of("http://127.0.0.1:9").await;
    assert!(error(&gone, "list_tasks", json!({})).await.contains("does not answer"));
    assert_eq!(counted(&scope, "list_tasks", "server_error", "service_failed"), Some(2.0));
    assert_eq!(counted(&scope, "list_tasks", "server_error", "unreachable"), Some(1.0));
    scope.assert("slo_events_total", &[("slo", "tools-availability"), ("outcome", "bad")], 3.0);
}

#[tokio::test]
async fn a_cancelled_call_ends_and_is_counted_once() {
    let scope = scope();
    let agent = agent(Router::new().fallback(std::future::pending::<StatusCode>)).await;
    let request = CallToolRequest::new(params("list_tasks", &json!({})));
    let request = ClientRequest::CallToolRequest(request);
    let options = PeerRequestOptions::no_options();
    let running = agent.send_cancellable_request(request, options).await.unwrap();
    let in_flight = || scope.value("mcp_tool_calls_in_flight", &[("tool", "list_tasks")]);
    while in_flight() != Some(1.0) {
        tokio::task::yield_now().await;
    }
    running.cancel(None).await.unwrap();
    while in_flight() != Some(0.0) {
        tokio::task::yield_now().await;
    }
    assert_eq!(counted(&scope, "list_tasks", "cancelled", ""), Some(1.0));
    scope.assert("mcp_tool_calls_total", &[("tool", "list_tasks")], 1.0);
}

#[tokio::test]
async fn the_agents_trace_reaches_the_service_and_the_exporter() {
    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const AGENT: &str = "b7ad6b7169203331";
    let _scope = scope();
    let exporter = InMemorySpanExporter::default();
    let telemetry = Telemetry::builder("test").admin(None).span_exporter(exporter.clone());
    let telemetry = telemetry.build().unwrap();
    let seen = Arc::new(Mutex::new(HeaderMap::new()));
    let recorder = Arc::clone(&seen);
    let agent = agent(Router::new().fallback(async move |headers: HeaderMap| {
        *recorder.lock().unwrap() = headers;
        "[]"
    }))
    .await;
    let mut call = params("list_tasks", &json!({}));
    let mut meta = RequestMetaObject::new();
    meta.set_traceparent(format!("00-{TRACE}-{AGENT}-01"));
    meta.set_tracestate("vendor=7");
    call.meta = Some(meta);
    agent.call_tool(call).await.unwrap();

    telemetry.flush_spans();
    let spans = exporter.get_finished_spans().unwrap();
    let [api, tool] = &spans[..] else { panic!("{spans:#?}") };
    assert_eq!((&*api.name, &*tool.name), ("todo_api", "tools/call list_tasks"));
    assert_eq!(tool.span_context.trace_id().to_string(), TRACE);
    assert_eq!(tool.parent_span_id.to_string(), AGENT);
    assert_eq!(api.parent_span_id, tool.span_context.span_id());
    let headers = seen.lock().unwrap();
    let sent = format!("00-{TRACE}-{}-01", api.span_context.span_id());
    assert_eq!(headers["traceparent"], sent);
    assert_eq!(headers["tracestate"], "vendor=7");
}
