use super::*;
use crate::declare::series::{self, label};
use crate::operate::Facts;

fn facts() -> Facts {
    Facts::new("app".try_into().unwrap(), "app".try_into().unwrap(), "team")
}

fn requests() -> Selector {
    Selector::of(facts().metric(&series::HTTP_REQUESTS))
}

#[test]
fn prints_selectors() {
    assert_eq!(requests().to_string(), "http_requests_total");
    let selected = requests().with("job", "todo").without(label::STATUS, "");
    assert_eq!(selected.to_string(), r#"http_requests_total{job="todo", status!=""}"#);
    assert_eq!(
        requests().offset(Window::days(7)).increase(Window::hours(1)).to_string(),
        "increase(http_requests_total[1h] offset 7d)"
    );
}

#[test]
fn escapes_values_and_patterns() {
    let selected = requests().with(label::ENDPOINT, "a\"b\\c\nd");
    assert_eq!(selected.to_string(), r#"http_requests_total{endpoint="a\"b\\c\nd"}"#);
    let selected = requests().one_of(label::ENDPOINT, ["/a.b/{c}", "/d"]);
    assert_eq!(selected.to_string(), r#"http_requests_total{endpoint=~"/a\\.b/\\{c\\}|/d"}"#);
}

#[test]
#[should_panic(expected = "`http_requests_total` has no label `user`")]
fn refuses_labels_that_the_metric_does_not_have() {
    let _ = requests().with("user", "ada");
}

#[test]
fn writes_the_parentheses_that_precedence_needs() {
    let [a, b, c] = [1, 2, 3].map(Expr::from);
    let sum = a.clone().plus(b.clone());
    assert_eq!(sum.clone().times(c.clone()).to_string(), "(1 + 2) * 3");
    assert_eq!(c.clone().plus(a.clone().times(b.clone())).to_string(), "3 + 1 * 2");
    assert_eq!(c.clone().minus(sum.clone()).to_string(), "3 - (1 + 2)");
    assert_eq!(sum.clone().minus(c.clone()).to_string(), "1 + 2 - 3");
    assert_eq!(a.clone().or(b.clone()).and(c.clone()).to_string(), "(1 or 2) and 3");
    assert_eq!(a.above(b).and(c.below(4)).to_string(), "1 > 2 and 3 < 4");
}

#[test]
fn prints_aggregations_and_matching() {
    let rate = Selector::buckets_of(facts().metric(&series::HTTP_REQUEST_DURATION))
        .rate(Window::minutes(5));
    assert_eq!(
        histogram_quantile("0.95", sum_by(["le"], rate)).to_string(),
        "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))"
    );
    assert_eq!(topk(3, sum(requests())).to_string(), "topk(3, sum(http_requests_total))");
    let on = Matching::On(vec!["job".to_owned()]);
    assert_eq!(
        Expr::from(requests()).between(Operator::Unless, on, requests()).to_string(),
        "http_requests_total unless on (job) http_requests_total"
    );
    assert_eq!(ratio(Expr::from(1), Expr::from(2)).to_string(), "1 / (2 > 0)");
}

#[test]
fn windows_are_whole() {
    for (window, text) in [
        (Window::days(30), "30d"),
        (Window::hours(36), "36h"),
        (Window::minutes(5), "5m"),
        (Window::minutes(90), "90m"),
        (Window::seconds(30).divided(60), "500ms"),
        (Window::milliseconds(1).divided(60), "1ms"),
    ] {
        assert_eq!(window.to_string(), text);
        assert_eq!(Window::parse(text), Some(window));
    }
    for wrong in ["", "5", "m", "0m", "5x", "-5m", "99999999999999999999d", "99999999999999999d"] {
        assert_eq!(Window::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn bounds_are_spelled_as_the_exposition_does() {
    for (seconds, text) in
        [(0.25, "0.25"), (1.0, "1.0"), (0.00005, "5e-05"), (1_500_000.0, "1.5e+06")]
    {
        assert_eq!(bound(seconds), text);
    }
}

#[test]
fn lists_its_selectors() {
    let both = ratio(sum(requests().rate(Window::minutes(5))), sum(requests().with("job", "a")));
    let labels: Vec<_> = both.selectors().iter().flat_map(|one| one.labels()).collect();
    assert_eq!(both.selectors().len(), 2);
    assert_eq!(labels, ["job"]);
}

#[test]
fn long_expressions_have_a_line_for_each_operand() {
    let long = |label: &str| Expr::from(requests().with(label::ENDPOINT, label.repeat(40)));
    let all = long("a").above(0).and(long("b")).or(long("c").minus(long("d")));
    let lines = all.lines();
    let firsts: Vec<_> = lines.lines().map(|line| line.split('{').next().unwrap()).collect();
    assert_eq!(
        firsts,
        [
            "http_requests_total",
            "and http_requests_total",
            "or http_requests_total",
            "- http_requests_total"
        ]
    );
    assert_eq!(lines.replace('\n', " "), all.to_string());
    assert_eq!(Expr::from(1).or(Expr::from(2)).lines(), "1 or 2");
    let summed = sum(long("a").or(long("b"))).lines();
    assert!(summed.starts_with("sum(\n  http_requests_total{"), "{summed}");
    assert!(summed.contains("\n  or http_requests_total{") && summed.ends_with("\n)"), "{summed}");
}
