//! OTLP over gRPC and over HTTP, into the same traces.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest as JsonRequest;
use otlp_embedded::proto::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use otlp_embedded::{StateRef, TraceService, TraceServiceImpl};
use prost::Message;
use tonic::{Request, Status};

use crate::tags;

const LARGEST_BODY: usize = 16 << 20;

/// Takes spans in.
#[derive(Clone)]
pub(crate) struct Receiver(Arc<TraceServiceImpl>);

impl Receiver {
    pub(crate) fn new(traces: &StateRef) -> Self {
        Self(Arc::new(TraceServiceImpl::new(Arc::clone(traces))))
    }
}

#[tonic::async_trait]
impl TraceService for Receiver {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<tonic::Response<ExportTraceServiceResponse>, Status> {
        self.0.export(request.map(tags::complete)).await
    }
}

/// The route that exporters send to.
pub(crate) fn over_http(receiver: Receiver) -> Router {
    Router::new()
        .route("/v1/traces", post(receive))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(receiver)
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let json = kind.starts_with("application/json");
    let decoded = if json {
        from_json(&body)
    } else {
        ExportTraceServiceRequest::decode(body).map_err(|error| error.to_string())
    };
    let request = match decoded {
        Ok(request) => request,
        Err(error) => return (StatusCode::BAD_REQUEST, error).into_response(),
    };
    match receiver.export(Request::new(request)).await {
        Ok(_) if json => ([(CONTENT_TYPE, "application/json")], "{}").into_response(),
        // An answer without members is empty as protobuf.
        Ok(_) => [(CONTENT_TYPE, "application/x-protobuf")].into_response(),
        Err(status) => (StatusCode::SERVICE_UNAVAILABLE, status.to_string()).into_response(),
    }
}

/// The types of `otlp_embedded` do not know the JSON of OTLP, so it goes through types that do.
fn from_json(body: &[u8]) -> Result<ExportTraceServiceRequest, String> {
    let request: JsonRequest = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let bytes = request.encode_to_vec();
    ExportTraceServiceRequest::decode(&*bytes).map_err(|error| error.to_string())
}
