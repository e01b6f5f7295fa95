//! Labels of enums, and renamed, owned, borrowed and shared text.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::sync::Arc;

use goldsignal::{Label, Labels};

#[derive(Label)]
pub(crate) enum Plan {
    Free,
    Pro,
}

type Tariff = Plan;

#[derive(Labels)]
pub(crate) struct By<'a> {
    plan: Tariff,
    r#type: bool,
    #[label(rename = "tenant")]
    #[label(budget = 50)]
    le: &'a str,
    #[label(budget = 1)]
    owned: String,
    #[label(budget = 10_000)]
    shared: Arc<str>,
    #[label(budget = 2)]
    cow: Cow<'a, str>,
    #[label(budget = 2)]
    constant: &'static str,
}

#[derive(Labels)]
struct Typed {
    plan: Plan,
}

fn main() {
    let names: Vec<_> = <By<'static> as Labels>::DIMENSIONS.iter().map(|d| d.name).collect();
    assert_eq!(names, ["plan", "type", "tenant", "owned", "shared", "cow", "constant"]);
    let text = String::from("a");
    let _ = By {
        plan: Plan::Free,
        r#type: true,
        le: &text,
        owned: text.clone(),
        shared: text.as_str().into(),
        cow: Cow::Borrowed(&text),
        constant: "c",
    };
    let _ = Typed { plan: Plan::Pro };
}
