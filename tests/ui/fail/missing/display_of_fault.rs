//! `detail` puts the error's `Display` text into the response, so the type must implement it.
use goldsignal::Fault;

#[derive(Fault)]
#[fault(status = 404, response, detail)]
struct Mute;

fn main() {}
