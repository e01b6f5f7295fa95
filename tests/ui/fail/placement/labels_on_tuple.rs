// A label takes its name from its field.
#[derive(goldsignal::Labels)]
struct By(bool);

fn main() {}
