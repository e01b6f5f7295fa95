// `ok` reads a `self` that was moved into the body.
use goldsignal::observed;

struct Job {
    name: String,
}

impl Job {
    #[observed(ok(|_| name_len = self.name.len()))]
    fn run(self) -> String {
        self.name
    }
}

fn main() {}
