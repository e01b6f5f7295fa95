//! `/`: the document. It contains no data, so it needs no token.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};

const HTML: &str = include_str!("document/page.html");
const STYLE: &str = include_str!("document/page.css");

/// The files share one scope; each uses those before it.
const SCRIPT: &str = concat!(
    include_str!("document/format.js"),
    include_str!("document/dom.js"),
    include_str!("document/chart.js"),
    include_str!("document/connection.js"),
    include_str!("document/tables.js"),
    include_str!("document/overview.js"),
    include_str!("document/requests.js"),
    include_str!("document/reference.js"),
    include_str!("document/main.js"),
);

/// What the document has where its style and its script go.
const STYLE_HERE: &str = "<style></style>";
const SCRIPT_HERE: &str = "<script></script>";

pub(super) async fn document() -> Response {
    let Some(nonce) = nonce() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "the system has no random numbers\n")
            .into_response();
    };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; \
         img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let headers =
        [(CONTENT_TYPE, "text/html; charset=utf-8".to_owned()), (CONTENT_SECURITY_POLICY, policy)];
    (headers, with_nonce(&nonce)).into_response()
}

/// Random text. Only what is in the document itself has it, so browsers run and apply nothing else.
fn nonce() -> Option<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

fn with_nonce(nonce: &str) -> String {
    HTML.replacen(STYLE_HERE, &format!("<style nonce=\"{nonce}\">\n{STYLE}</style>"), 1).replacen(
        SCRIPT_HERE,
        &format!("<script nonce=\"{nonce}\">\n{SCRIPT}</script>"),
        1,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_are_in_the_document_once() {
        for mark in [STYLE_HERE, SCRIPT_HERE] {
            assert_eq!(HTML.matches(mark).count(), 1, "{mark}");
        }
        assert!(
            !STYLE.contains("</style") && !SCRIPT.contains("</script") && !SCRIPT.contains("<!--")
        );
        let document = with_nonce("0123");
        assert!(document.contains(STYLE) && document.contains(SCRIPT));
        assert_eq!(document.matches(" nonce=\"0123\"").count(), 2);
    }

    #[test]
    fn no_nonce_is_used_twice() {
        assert_ne!(nonce(), nonce());
        assert_eq!(nonce().unwrap().len(), 32);
    }
}
