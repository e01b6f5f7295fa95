// `rename` takes text.
#[derive(goldsignal::Label)]
enum Plan {
    #[label(rename = free)]
    Free,
}

fn main() {}
