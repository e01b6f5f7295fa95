//! Every macro in a package whose `Cargo.toml` renames goldsignal: `::goldsignal` does not exist here.

use axum::extract::Path;
use gs::{Counter, Fault, Label, Labels, Metrics, business_counter, observed, routes};

/// Metrics of a shop.
#[derive(Debug, Metrics)]
#[metrics(crate = ::gs)]
pub struct Shop {
    /// Items sold.
    pub items_sold_total: Counter<By>,
}

/// What is told apart of sold items.
#[derive(Debug, Labels)]
#[labels(crate = ::gs)]
pub struct By {
    /// The buyer's plan.
    pub plan: Plan,
}

/// A plan.
#[derive(Debug, Label)]
#[label(crate = ::gs)]
pub enum Plan {
    /// Costs nothing.
    Free,
    /// Costs something.
    Pro,
}

/// Why nothing was sold.
#[derive(Debug, Fault)]
#[fault(crate = ::gs, response)]
pub enum NotSold {
    /// There is no such item.
    #[fault(status = 404)]
    NoSuchItem,
}

impl std::fmt::Display for NotSold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no such item")
    }
}

/// Sells an item.
///
/// # Errors
/// When there is none.
#[observed(crate = ::gs, post = "/items/{id}/sale", fields(id), ok(|text| text_len = text.len()))]
#[business_counter(Shop::items_sold_total, By { plan: Plan::Pro }, crate = ::gs)]
pub async fn sell(Path(id): Path<u32>) -> Result<String, NotSold> {
    if id == 0 { Err(NotSold::NoSuchItem) } else { Ok(format!("sold {id}")) }
}

/// The shop.
pub fn app() -> axum::Router {
    routes![crate = ::gs; sell]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn counts() {
        let scope = gs::testing::scope();
        assert!(sell(Path(0)).await.is_err());
        assert_eq!(sell(Path(1)).await.ok().as_deref(), Some("sold 1"));
        drop(app());
        scope.assert("items_sold_total", &[("plan", "pro")], 1.0);
        scope.assert("items_sold_total", &[("plan", "free")], 0.0);
        scope.assert("function_calls_total", &[("error_type", "no_such_item")], 1.0);
    }
}
