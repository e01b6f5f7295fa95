//! The smallest service that has everything from which rules are generated.

use std::time::Duration;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use goldsignal::declare::catalog::Catalog;
use goldsignal::operate::Facts;
use goldsignal::{Fault, Gauge, Metrics, Slo, observed};

const SHOP: Slo = Slo::new("shop", "# Nobody can buy\n\nAsk the bank first.")
    .availability(99.5)
    .latency(95.0, Duration::from_millis(500))
    .period_days(7);

#[derive(Debug, Fault)]
pub(crate) enum ShopError {
    #[fault(status = 404)]
    NoSuchItem,
    #[fault(status = 502)]
    Bank,
}

impl IntoResponse for ShopError {
    fn into_response(self) -> Response {
        match self {
            Self::NoSuchItem => StatusCode::NOT_FOUND.into_response(),
            Self::Bank => StatusCode::BAD_GATEWAY.into_response(),
        }
    }
}

/// Buys an item.
#[observed(post = "/items/{id}/sale", slo = SHOP, fields(id, card = redacted(card)))]
pub(crate) async fn buy(Path(id): Path<u32>, card: String) -> Result<String, ShopError> {
    match (id, &*card) {
        (0, _) => Err(ShopError::NoSuchItem),
        (_, "") => Err(ShopError::Bank),
        _ => Ok(id.to_string()),
    }
}

/// Metrics of the shop.
#[derive(Debug, Metrics)]
pub(crate) struct ShopMetrics {
    /// When the prices were last read.
    pub(crate) prices_last_success_timestamp_seconds: Gauge,
}

pub(crate) fn catalog() -> Catalog {
    Catalog::linked()
}

pub(crate) const FACTS: &str = r#"
service = "shop"
namespace = "retail"
team = "checkout"
runbook-url = "https://runbooks.example.org"

[grafana]
url = "https://grafana.example.org"
"#;

pub(crate) fn facts() -> Facts {
    Facts::parse(FACTS).unwrap()
}

#[tokio::test]
async fn the_shop_works() {
    assert_eq!(buy(Path(1), "4".into()).await.unwrap(), "1");
    assert!(buy(Path(0), "4".into()).await.is_err());
    assert!(buy(Path(1), String::new()).await.is_err());
    ShopMetrics::get().prices_last_success_timestamp_seconds.set_to_current_time();
}
