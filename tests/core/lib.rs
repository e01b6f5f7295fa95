//! What a service's core package needs of goldsignal, with no feature of it: faults, labels, metrics, and observed
//! functions that have nothing to do with HTTP.

use goldsignal::{Counter, Fault, Label, Labels, Metrics, business_counter, observed};

/// Metrics of the orders.
#[derive(Debug, Metrics)]
pub struct Orders {
    /// Orders placed.
    pub orders_placed_total: Counter<By>,
}

/// What is told apart of orders.
#[derive(Debug, Labels)]
pub struct By {
    /// The buyer's plan.
    pub plan: Plan,
}

/// A plan.
#[derive(Clone, Copy, Debug, Label)]
pub enum Plan {
    /// Costs nothing.
    Free,
    /// Costs something.
    Pro,
}

/// Why an order was not placed.
#[derive(Debug, Fault)]
pub enum NotPlaced {
    /// The basket has nothing in it.
    #[fault(status = 422)]
    Empty,
    /// The storage failed.
    #[fault(transparent)]
    Storage(StorageError),
}

/// Why the storage failed.
#[derive(Debug, Fault)]
#[fault(status = 503, error_type = "storage")]
pub struct StorageError;

/// Places an order.
///
/// # Errors
/// When there is nothing to order.
#[observed(fields(items))]
#[business_counter(Orders::orders_placed_total, By { plan })]
pub async fn place(items: usize, plan: Plan) -> Result<usize, NotPlaced> {
    if items == 0 { Err(NotPlaced::Empty) } else { Ok(items) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::future::Future;
    use std::pin::pin;
    use std::process::Command;
    use std::task::{Context, Poll, Waker};

    use goldsignal::Registry;
    use goldsignal::expose::Format;

    use super::*;

    fn placed(items: usize) -> Option<Result<usize, NotPlaced>> {
        let future = pin!(place(items, Plan::Pro));
        match future.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(placed) => Some(placed),
            Poll::Pending => None,
        }
    }

    #[test]
    fn counts_calls_and_what_they_did() {
        assert!(matches!(placed(2), Some(Ok(2))));
        assert!(matches!(placed(0), Some(Err(NotPlaced::Empty))));
        let text = Registry::global().encode(Format::Text);
        let has = |series: &str| assert!(text.contains(series), "{series} is not in\n{text}");
        has("orders_placed_total{plan=\"pro\"} 1\n");
        has("orders_placed_total{plan=\"free\"} 0\n");
        has("outcome=\"client_error\",error_type=\"empty\"} 1\n");
    }

    #[test]
    fn faults_know_their_status() {
        let storage = NotPlaced::Storage(StorageError);
        assert_eq!((storage.error_type(), storage.status()), ("storage", Some(503)));
    }

    /// A package of types stays cheap to compile: each name here is one more for every user.
    #[test]
    fn needs_few_packages() {
        let tree = ["tree", "--package=goldsignal", "--no-default-features", "--edges=normal"];
        let tree = Command::new(env!("CARGO"))
            .args(tree)
            .args(["--prefix=none", "--no-dedupe", "--format={lib}", "--offline"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
        let tree = String::from_utf8(tree.stdout).unwrap();
        let packages: BTreeSet<_> = tree.lines().collect();
        let expected = [
            "cfg_if",
            "fastrand",
            "getrandom",
            "goldsignal",
            "goldsignal_macros",
            "itoa",
            "libc",
            "once_cell",
            "pin_project_lite",
            "proc_macro2",
            "quote",
            "siphasher",
            "syn",
            "tracing",
            "tracing_core",
            "unicode_ident",
        ];
        assert_eq!(packages, BTreeSet::from(expected));
    }
}
