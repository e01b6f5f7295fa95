//! Text cannot be a label under a name that looks like a secret. A finite set of values can.
//! 2 errors: each field has one.
use std::borrow::Cow;

use goldsignal::{Label, Labels};

#[derive(Label)]
enum Kind {
    Access,
}

#[derive(Labels)]
struct By<'a> {
    token_kind: Kind,
    #[label(budget = 10)]
    sessionid: Cow<'a, str>,
    #[label(budget = 10, rename = "clientSecret")]
    client: Cow<'a, str>,
}

fn main() {}
