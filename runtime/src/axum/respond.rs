//! Response types with a fixed status, so that its series can start at zero before the first request.

use axum::Json;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;

use crate::declare::fault::status_text;
use crate::declare::{Fault, FaultKind};
use crate::observe::verdict::returns::Status;

/// A response with the status 201 Created; the value, often `Json`, becomes its body.
///
/// ```
/// use axum::Json;
/// use goldsignal::axum::Created;
///
/// async fn create() -> Created<Json<u32>> {
///     Created(Json(1))
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Created<T>(pub T);

impl<T: IntoResponse> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, self.0).into_response()
    }
}

/// A redirect returned as an error, for example by `?` in a guard. Its status is below 400, so it is not counted as an error.
impl Fault for Redirect {
    const KINDS: &'static [FaultKind] = &[];

    fn error_type(&self) -> &'static str {
        status_text(self.status_code().as_u16())
    }

    fn status(&self) -> Option<u16> {
        Some(self.status_code().as_u16())
    }
}

macro_rules! statuses {
    ($(<$($generic:ident)?> $type:ty => $status:literal,)*) => {$(
        impl<$($generic)?> Status for $type {
            const STATUS: u16 = $status;
        }
    )*};
}

statuses! {
    <T> Created<T> => 201,
    <T> Json<T> => 200,
    <T> Html<T> => 200,
    <> String => 200,
    <> &str => 200,
    <> () => 200,
    <> bytes::Bytes => 200,
    <> Vec<u8> => 200,
    <> axum::response::NoContent => 204,
    <> Redirect => 303,
}
