//! `tracestate`: the value that a handler gets from the headers of a request, against a model of
//! list members.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::routing::get;
use axum::{Router, http::HeaderValue};
use futures::executor::block_on;
use goldsignal::{Telemetry, current};
use proptest::collection::vec;
use proptest::prelude::*;
use tower::{Layer, ServiceExt};

/// The `tracestate` that the observation stores from these headers; may be empty.
fn kept(headers: &[String]) -> String {
    let telemetry = Telemetry::builder("x").build().unwrap();
    let told = get(async || current().tracestate().unwrap_or_default().to_owned());
    let app = telemetry.layer().layer(Router::new().route("/", told));
    // Without a trace its state means nothing.
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = Request::get("/").header("traceparent", traceparent);
    let mut request = request.body(Body::empty()).unwrap();
    for header in headers {
        request.headers_mut().append("tracestate", HeaderValue::try_from(header).unwrap());
    }
    let response = block_on(app.oneshot(request)).unwrap();
    let body = block_on(to_bytes(response.into_body(), usize::MAX)).unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

#[derive(Clone, Debug)]
struct Member {
    text: String,
    well_formed: bool,
}

fn member() -> impl Strategy<Value = Member> {
    let good = "[a-z0-9][a-z0-9_*/@-]{0,20}=[!-+.-<>-~]([ -+.-<>-~]{0,20}[!-+.-<>-~])?";
    let good = good.prop_map(|text| Member { text, well_formed: true });
    // As long as a key and a value may be, and a letter longer.
    let long = (254..258_usize, 254..258_usize).prop_map(|(key, value)| Member {
        text: format!("{}={}", "k".repeat(key), "v".repeat(value)),
        well_formed: key <= 256 && value <= 256,
    });
    let bad = "=|=v|k=|K=v|k k=v|k=v=w|k|k~=v";
    let bad = bad.prop_map(|text| Member { text, well_formed: false });
    prop_oneof![20 => good, 2 => long, 1 => bad]
}

/// At most 32 members and 512 characters, by whole members; nothing where one before that is malformed.
fn model(members: &[Member]) -> String {
    let mut texts: Vec<&str> = Vec::new();
    for member in members {
        if !member.well_formed {
            return String::new();
        }
        texts.push(&member.text);
        if texts.len() > 32 || texts.join(",").len() > 512 {
            texts.pop();
            break;
        }
    }
    texts.join(",")
}

proptest! {
    #![proptest_config(super::cases(1024))]

    #[test]
    fn is_kept_by_whole_members_or_not_at_all(
        headers in vec(vec((member(), "[ \t]{0,2}", ",?"), 0..20), 0..4)
    ) {
        let written = |header: &Vec<(Member, String, String)>| {
            let members: Vec<_> = header
                .iter()
                .map(|(member, space, empty)| format!("{space}{}{space}{empty}", member.text))
                .collect();
            members.join(",")
        };
        let texts: Vec<_> = headers.iter().map(written).collect();
        let members: Vec<_> = headers.into_iter().flatten().map(|(member, ..)| member).collect();
        prop_assert_eq!(kept(&texts), model(&members), "{:?}", texts);
    }
}
