// Names of secrets in various spellings, and secrets that are numbers.
// 7 errors: each field has one.
use goldsignal::observed;

struct User {
    token: String,
}

#[observed(fields(
    accessToken = key,
    user.token,
    password = Some("a"),
    sessionid = public,
    pin,
    otp = 123_456,
    card_number = Some(&number),
))]
fn f(key: &str, user: User, public: &dyn std::fmt::Debug, pin: u16, number: u64) {}

fn main() {}
