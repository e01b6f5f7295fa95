//! Rows about a tonic service beside axum's routes. It answers errors with the HTTP status 200.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::map_request;
use goldsignal::observed;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use tonic::service::Routes;
use tonic::{Response, Status};
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tonic_health::server::{HealthReporter, HealthService};

use crate::expect::{call, request};
use crate::handlers::{MATRIX, app};
use crate::stage::Stage;
use crate::{Row, row};

/// A service of the matrix's own, whose methods are observed.
struct Observed;

#[tonic::async_trait]
impl Health for Observed {
    type WatchStream = futures::stream::Empty<Result<HealthCheckResponse, Status>>;

    #[observed(name = "check", slo = MATRIX)]
    async fn check(
        &self,
        request: tonic::Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match request.into_inner().service.as_str() {
            "" => Ok(Response::new(HealthCheckResponse::default())),
            "unknown" => Err(Status::not_found("no such service")),
            _ => Err(Status::unavailable("it is down")),
        }
    }

    async fn watch(
        &self,
        _: tonic::Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        Ok(Response::new(futures::stream::empty()))
    }
}

/// gRPC's own health service beside the routes of the matrix.
fn beside() -> Router {
    mounted(HealthServer::new(HealthService::from_health_reporter(HealthReporter::new())))
}

fn mounted<T: Health>(health: HealthServer<T>) -> Router {
    let health = Routes::new(health);
    // Otherwise tonic would answer requests that match no route.
    let health = health.into_axum_router().reset_fallback();
    let typed = map_request(async |mut request: Request| {
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        request
    });
    health.layer(typed).merge(app())
}

const CHECK: &str = "/grpc.health.v1.Health/Check";

/// Asks for the health of `service`: a frame with one message of one field.
fn check(stage: &Stage, path: &str, service: &str) -> Option<u16> {
    ask(stage, beside(), path, service)
}

fn ask(stage: &Stage, app: Router, path: &str, service: &str) -> Option<u16> {
    let length = u8::try_from(service.len()).unwrap();
    let mut frame = vec![0, 0, 0, 0, length + 2, 0x0a, length];
    frame.extend_from_slice(service.as_bytes());
    stage.run(stage.answer(app, "POST", path, Body::from(frame)))
}

pub(crate) fn rows() -> Vec<Row> {
    let grpc = |outcome| request("POST", "/grpc.health.v1.Health/{*rest}", 200, outcome);
    vec![
        row(
            "a tonic service beside axum",
            |s| assert_eq!(check(s, CHECK, ""), Some(200)),
            [grpc("ok")],
        ),
        row(
            "a tonic service's error, answered as 200",
            |s| assert_eq!(check(s, CHECK, "unknown"), Some(200)),
            [grpc("client_error").by("not_found")],
        ),
        row(
            "a tonic service, unknown method",
            |s| assert_eq!(check(s, "/grpc.health.v1.Health/Cure", ""), Some(200)),
            [grpc("server_error").by("unimplemented")],
        ),
        row(
            "an observed method of a tonic service",
            |s| assert_eq!(ask(s, mounted(HealthServer::new(Observed)), CHECK, ""), Some(200)),
            [grpc("ok"), call("check", "ok").counts()],
        ),
        row(
            "an observed method of a tonic service, an error of the client",
            |s| {
                let app = mounted(HealthServer::new(Observed));
                assert_eq!(ask(s, app, CHECK, "unknown"), Some(200));
            },
            [
                grpc("client_error").by("not_found"),
                call("check", "client_error").by("not_found").counts(),
            ],
        ),
        row(
            "an observed method of a tonic service, an error of the server",
            |s| {
                let app = mounted(HealthServer::new(Observed));
                assert_eq!(ask(s, app, CHECK, "broken"), Some(200));
            },
            [
                grpc("server_error").by("unavailable"),
                call("check", "server_error").by("unavailable").counts(),
            ],
        ),
    ]
}
