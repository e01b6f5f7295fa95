//! A response with detail needs a text to show.
use goldsignal::Fault;

#[derive(Fault)]
#[fault(status = 404, response, detail)]
struct Mute;

fn main() {}
