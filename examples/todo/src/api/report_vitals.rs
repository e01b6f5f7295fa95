//! `POST /web-vitals`

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::StatusCode;
use axum::response::NoContent;
use goldsignal::{Fault, observed};

use crate::vitals::Report;

/// More than the longest report that is right.
const MOST_BYTES: usize = 4096;

/// Takes what browsers measured on a page. The web front end sends it on, but anybody may have written it: it is counted
/// whole or not at all.
#[observed(post = "/web-vitals")]
pub(super) async fn report_vitals(
    ValidReport(report): ValidReport,
) -> Result<NoContent, ReportError> {
    report.record();
    Ok(NoContent)
}

/// A report that passed its validation.
#[derive(Debug)]
pub(super) struct ValidReport(Report);

impl<S: Send + Sync> FromRequest<S> for ValidReport {
    type Rejection = ReportError;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, ReportError> {
        DefaultBodyLimit::max(MOST_BYTES).apply(&mut request);
        let Json(report) = Json::<Report>::from_request(request, state).await?;
        report.fault().map_or(Ok(Self(report)), |fault| Err(ReportError::Invalid(fault)))
    }
}

/// Why a report is refused.
#[derive(Debug, thiserror::Error, Fault)]
#[fault(response)]
pub(super) enum ReportError {
    /// The body is no JSON.
    #[error("the body cannot be read")]
    #[fault(status = 400)]
    Malformed,
    /// The body is too long.
    #[error("the body has more than 4,096 bytes")]
    #[fault(status = 413)]
    TooLarge,
    /// The body does not say that it is JSON.
    #[error("the body is not said to be JSON")]
    #[fault(status = 415)]
    NotJson,
    /// A member is unknown or missing, or its value breaks a rule. What the value was is not repeated.
    #[error("{0}")]
    #[fault(status = 422)]
    Invalid(&'static str),
}

impl From<JsonRejection> for ReportError {
    fn from(rejection: JsonRejection) -> Self {
        match rejection {
            JsonRejection::JsonDataError(_) => Self::Invalid("a member is unknown or missing"),
            JsonRejection::MissingJsonContentType(_) => Self::NotJson,
            other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::Malformed,
        }
    }
}
