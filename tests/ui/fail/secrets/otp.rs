// A one-time password.
use goldsignal::observed;

#[observed(fields(otp))]
fn f(otp: u32) {
    _ = otp;
}

fn main() {}
