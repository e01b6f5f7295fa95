//! Where the heaviest keys are shown: by rank in a scrape, by hash or name in the log and on the live page.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use goldsignal::expose::Format;
use goldsignal::expose::admin::{Admin, Readiness, Token};
use goldsignal::testing::{self, Scope};
use goldsignal::{Metrics, Named, Top, observed};
use goldsignal_tests::TestLog;
use serde_json::Value;

/// Who uses the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders, by the users who order most.
    shown_busiest_users: Top<str>,
    /// Bytes, by the tenants who upload most.
    shown_heaviest_tenants: Top<str, Named>,
}

/// Of 100 orders, 40 by Ada; and twelve tenants.
fn orders() -> Scope {
    let scope = testing::scope();
    let shop = Shop::get();
    shop.shown_busiest_users.add_by("ada", 40);
    (0..60).for_each(|number| shop.shown_busiest_users.add(&format!("user {number}")));
    (1..=12)
        .for_each(|number| shop.shown_heaviest_tenants.add_by(&format!("tenant {number}"), number));
    scope
}

#[test]
fn a_scrape_has_the_ranks_and_no_key() {
    let scope = orders();
    let text = scope.registry().encode(Format::Text);
    let line = |line: &str| assert!(text.contains(&format!("{line}\n")), "{line} in {text}");
    line("# TYPE shown_busiest_users gauge");
    line("shown_busiest_users{rank=\"1\"} 40");
    line("shown_busiest_users{rank=\"2\"} 1");
    line("shown_busiest_users{rank=\"10\"} 1");
    line("shown_busiest_users{rank=\"_OTHER\"} 51");
    line("shown_heaviest_tenants{rank=\"1\"} 12");
    line("shown_heaviest_tenants{rank=\"10\"} 3");
    line("shown_heaviest_tenants{rank=\"_OTHER\"} 3");
    assert!(!text.contains("ada") && !text.contains("tenant 1"), "{text}");
}

/// What was never added to has its series all the same, so that a query finds them.
#[test]
fn ranks_without_keys_are_zero() {
    let text = testing::scope().registry().encode(Format::OpenMetrics);
    let zeros = text
        .lines()
        .filter(|line| line.starts_with("shown_busiest_users{rank=") && line.ends_with(" 0"));
    assert_eq!(zeros.count(), 11, "{text}");
}

#[observed(fields(user = hash(user)))]
fn order(user: &str) {
    Shop::get().shown_busiest_users.add(user);
}

#[test]
fn the_log_names_a_giant_once_by_the_hash_that_its_lines_have() {
    let log = TestLog::new("info");
    tracing::dispatcher::with_default(&log.subscriber(), || {
        let scope = orders();
        order("ada");
        for _ in 0..3 {
            scope.registry().encode(Format::Text);
        }
    });
    let lines = log.take();
    let hash = &lines.iter().find(|line| line["user"].is_string()).unwrap()["user"];
    let named: Vec<_> = lines
        .iter()
        .filter(|line| line["message"] == "one key has a large share of a metric")
        .collect();
    let of = |metric: &str| named.iter().copied().filter(|line| line["metric"] == metric).collect();
    let users: Vec<&Value> = of("shown_busiest_users");
    assert_eq!(users.len(), 1, "{lines:?}");
    assert_eq!((&users[0]["key"], &users[0]["level"]), (hash, &Value::from("WARN")));
    assert_eq!(
        [&users[0]["share"], &users[0]["weight"], &users[0]["total"]],
        [&Value::from(0.406), &Value::from(41), &Value::from(101)]
    );
    let tenants: Vec<&Value> = of("shown_heaviest_tenants");
    assert_eq!(tenants.len(), 1, "{lines:?}");
    assert_eq!(tenants[0]["key"], "tenant 12");
}

fn ask(address: SocketAddr, token: &str) -> (String, Value) {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("GET /api/v1/snapshot HTTP/1.1\r\nHost: localhost\r\n{token}\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let body = serde_json::from_str(body).unwrap_or_default();
    (head.lines().next().unwrap().to_owned(), body)
}

#[test]
fn the_page_has_the_keys_for_those_who_have_the_token() {
    let scope = orders();
    let token = Token::new("s3cret-canary").unwrap();
    let local = "127.0.0.1:0".parse().unwrap();
    let readiness = Readiness::default();
    let admin = Admin::start(local, scope.registry(), readiness, Some(token)).unwrap();
    let (status, body) = ask(admin.address(), "");
    assert!(status.contains("401") && !body.to_string().contains("tenant"), "{status}");
    let (_, snapshot) = ask(admin.address(), "Authorization: Bearer s3cret-canary\r\n");
    let metrics = snapshot["metrics"].as_array().unwrap();
    let of =
        |name: &str| &metrics.iter().find(|metric| metric["name"] == name).unwrap()["heaviest"];
    let tenants = of("shown_heaviest_tenants");
    assert_eq!(tenants["total"], 78);
    assert_eq!(tenants["keys"].as_array().unwrap().len(), 10);
    let first = serde_json::json!({ "key": "tenant 12", "weight": 12, "share": 0.153_846 });
    assert_eq!(tenants["keys"][0], first);
    let hash = of("shown_busiest_users")["keys"][0]["key"].as_str().unwrap();
    assert!(hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
}
