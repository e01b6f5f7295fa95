//! The runtime crate has another name.
pub extern crate goldsignal as gs;

mod reexported {
    pub use gs as signals;
}

#[derive(gs::Label)]
#[label(crate = gs)]
enum Plan {
    Free,
}

#[derive(gs::Label)]
#[label(crate = crate::reexported::signals)]
enum Source {
    Api,
}

#[derive(gs::Labels)]
#[labels(crate = gs)]
struct By {
    plan: Plan,
    source: Source,
}

fn main() {
    let _ = By { plan: Plan::Free, source: Source::Api };
}
