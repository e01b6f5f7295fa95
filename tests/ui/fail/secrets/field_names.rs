// Names of secrets in various spellings, and secrets that are numbers.
// 7 errors: each field has one.
use goldsignal::observed;

// Aliases, so that the compiler decides and not the tokens.
type Text<'a> = &'a str;
type Pin = u16;

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
fn f(key: Text<'_>, user: User, public: &dyn std::fmt::Debug, pin: Pin, number: u64) {}

fn main() {}
