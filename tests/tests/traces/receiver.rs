//! A receiver of OTLP over HTTP, on a thread of its own.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

type Spans = Arc<Mutex<Vec<Received>>>;

/// The spans that arrived.
#[derive(Clone, Default)]
pub(crate) struct Receiver(Spans);

/// What is checked of a span.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) trace: Vec<u8>,
    pub(crate) id: Vec<u8>,
    pub(crate) parent: Vec<u8>,
    pub(crate) name: String,
    pub(crate) path: Option<String>,
    pub(crate) kept: Option<String>,
}

impl Receiver {
    /// Listens at `address` as long as the process runs.
    pub(crate) fn start(address: SocketAddr) -> Self {
        let receiver = Self::default();
        let app = Router::new().route("/v1/traces", post(receive)).with_state(receiver.clone());
        let listener = std::net::TcpListener::bind(address).unwrap();
        listener.set_nonblocking(true).unwrap();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, app).await.unwrap();
            });
        });
        receiver
    }

    /// Takes the spans that arrived so far.
    pub(crate) fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

async fn receive(State(receiver): State<Receiver>, body: Bytes) -> StatusCode {
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    let spans = scopes.flat_map(|scope| scope.spans);
    receiver.0.lock().unwrap().extend(spans.map(Received::from));
    StatusCode::OK
}

impl From<Span> for Received {
    fn from(span: Span) -> Self {
        let text = |name: &str| {
            let found = span.attributes.iter().find(|attribute| attribute.key == name)?;
            match found.value.as_ref()?.value.as_ref()? {
                Value::StringValue(text) => Some(text.clone()),
                _ => None,
            }
        };
        let (path, kept) = (text("url.path"), text("goldsignal.kept"));
        let Span { trace_id: trace, span_id: id, parent_span_id: parent, name, .. } = span;
        Self { trace, id, parent, name, path, kept }
    }
}
