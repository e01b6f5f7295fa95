// `_OTHER` stands for the values beyond a budget.
#[derive(goldsignal::Label)]
enum Plan {
    Free,
    #[label(rename = "_OTHER")]
    Other,
}

fn main() {}
