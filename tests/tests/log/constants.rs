//! A field whose value is a literal is in the line like any other field.

use goldsignal::{current, observed};
use goldsignal_tests::TestLog;
use serde_json::{Value, json};

#[observed(fields(
    plan = "pro \"x\"\u{1}",
    amount,
    items = 3_u64,
    count = 4,
    total = 12.5_f64,
    cached = false,
    r#type = "a",
    status = "own",
))]
fn sold(amount: u64, replaced: bool) -> Result<(), String> {
    if replaced {
        current().record("plan", "free");
        current().record("other", amount);
    }
    if amount == 0 { Err("none left".to_owned()) } else { Ok(()) }
}

#[observed(fields(plan = "async", amount))]
async fn sold_later(amount: u64) {
    let _ = sold(amount, false);
}

/// The fields of each line for which `expected` has a value, and those that it lacks as null.
fn fields_of(line: &Value, expected: &Value) -> Value {
    let names = expected.as_object().expect("an object").keys();
    names.map(|name| (name.clone(), line[name].clone())).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn literals_are_fields_like_others() {
    let all = json!({
        "plan": "pro \"x\"\u{1}", "amount": 7, "items": 3, "count": 4, "total": 12.5,
        "cached": false, "type": "a", "field.status": "own", "error": null, "other": null,
    });
    let lines = TestLog::with_each_subscriber("trace", || {
        for _ in 0..3 {
            let _ = sold(7, false);
        }
    });
    for line in lines.iter().flatten() {
        assert_eq!(fields_of(line, &all), all);
    }
    assert_eq!(lines.map(|lines| lines.len()), [3, 3]);
}

#[test]
fn a_later_value_replaces_a_literal() {
    let expected = json!({ "plan": "free", "other": 0, "items": 3, "error": "none left" });
    let lines = TestLog::with_each_subscriber("trace", || {
        let _ = sold(0, true);
        let _ = sold(0, false);
    });
    for lines in lines {
        assert_eq!(fields_of(&lines[0], &expected), expected);
        let plain = json!({ "plan": "pro \"x\"\u{1}", "other": null, "error": "none left" });
        assert_eq!(fields_of(&lines[1], &plain), plain);
    }
}

#[test]
fn an_async_call_has_its_own_literals() {
    let lines = TestLog::with_each_subscriber("trace", || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it starts");
        runtime.block_on(sold_later(7));
    });
    for lines in lines {
        let plans: Vec<_> = lines.iter().map(|line| (&line["plan"], &line["amount"])).collect();
        assert_eq!(plans, [(&json!("pro \"x\"\u{1}"), &json!(7)), (&json!("async"), &json!(7))]);
    }
}
