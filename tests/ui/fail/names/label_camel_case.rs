// Label names are in snake_case.
#[derive(goldsignal::Labels)]
struct By {
    #[label(rename = "userKind")]
    kind: bool,
}

fn main() {}
