// goldsignal has another name in this crate, which the macro has to be told.
// package: goldsignal-tests-renamed
/// M.
#[derive(gs::Metrics)]
struct M {
    /// A.
    a_total: gs::Counter,
}
fn main() {}
