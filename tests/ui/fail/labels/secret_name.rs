//! A label of any text whose name looks secret. One with a finite domain tells no secret.
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
