// What is near to a misuse: names like those of secrets, control flow that stays inside, zero arguments.
use goldsignal::{Counter, Metrics, business_counter, observed};

/// Metrics.
#[derive(Metrics)]
#[metrics(prefix = "borders_")]
struct Shop {
    /// Orders.
    orders_total: Counter,
    /// Passwords that were reset.
    password_resets_total: Counter,
}

const AMOUNT: u64 = 2;

struct Claims {
    token: String,
    expires_at: u64,
}

#[observed(fields(
    token_count = tokens.len(),
    has_password = password.is_some(),
    length = password.map_or(0, str::len),
    claims.expires_at,
    author,
    pinned = true,
    agent = ?headers.get("user-agent"),
    shown = public(?password),
    hash(claims.token),
    parsed = author.parse::<u8>().ok(),
    inside = ?tokens.iter().map(|token| token.parse::<u8>().map_err(|_| return 1)).count(),
))]
fn near(
    tokens: &[String],
    password: Option<&str>,
    claims: &Claims,
    author: &str,
    headers: &std::collections::HashMap<String, String>,
) -> usize {
    claims.token.len() + tokens.len()
}

/// The body of a request, whose name says nothing about its type.
#[derive(Debug)]
struct Order;

#[observed(fields(?req, first = loop { break 1 }))]
fn request(req: Order) {
    drop(req);
}

#[business_counter(Shop::orders_total, by = 2)]
#[business_counter(Shop::orders_total, by = 3u64, on = err)]
#[business_counter(Shop::password_resets_total, by = AMOUNT, if = { let a = 1; a > 0 })]
fn counted() -> Result<(), String> {
    Ok(())
}

fn main() {
    let claims = Claims { token: "t".into(), expires_at: 1 };
    assert_eq!(near(&["1".into()], Some("p"), &claims, "a", &std::collections::HashMap::new()), 2);
    request(Order);
    counted().unwrap();
    assert_eq!(Shop::get().orders_total.get(), 2);
    assert_eq!(Shop::get().password_resets_total.get(), 2);
}
