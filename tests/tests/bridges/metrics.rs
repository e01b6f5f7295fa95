//! The `metrics` facade.
//!
//! Most tests share the global registry, so each has names of its own, and a recorder for its thread.

use goldsignal::Registry;
use goldsignal::bridge::metrics::Recorder;
use goldsignal::expose::Format;
use goldsignal::testing::scope;
use metrics::{Unit, counter, gauge, histogram, with_local_recorder};

fn recorder() -> Recorder {
    Recorder::new(&Registry::global())
}

fn text() -> String {
    Registry::global().encode(Format::Text)
}

fn series<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    text.lines().filter(|line| line.starts_with(name)).collect()
}

#[test]
fn each_kind_lands_in_the_registry() {
    let registry = scope().registry();
    let recorder = Recorder::new(&registry).buckets("facade.size.bytes", &[100.0, 1000.0]);
    with_local_recorder(&recorder, || {
        metrics::describe_counter!("facade.sent", Unit::Count, "Things \\ sent.");
        metrics::describe_histogram!("facade.size.bytes", Unit::Bytes, "Sizes.");
        let sent = counter!("facade.sent", "to.whom" => "all");
        sent.increment(2);
        sent.absolute(7);
        sent.absolute(3);
        gauge!("facade.depth").set(4.0);
        gauge!("facade.depth").increment(1.5);
        gauge!("facade.depth").decrement(0.5);
        let sizes = histogram!("facade.size.bytes");
        sizes.record(50.0);
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            sizes.record(value);
            gauge!("facade.depth").increment(value);
            gauge!("facade.depth").decrement(value);
        }
        sizes.record_many(f64::MAX, 2);
        sizes.record_many(5000.0, 3);
    });
    let text = registry.encode(Format::Text);
    assert!(text.contains(
        "# HELP facade_sent_total Things \\\\ sent.\n# TYPE facade_sent_total counter\n\
         facade_sent_total{to_whom=\"all\"} 7\n"
    ));
    assert!(text.contains("# TYPE facade_depth gauge\nfacade_depth 5\n"));
    let buckets = "facade_size_bytes_bucket{le=\"100.0\"} 1\nfacade_size_bytes_bucket{le=\"1000.0\"} 1\n\
                   facade_size_bytes_bucket{le=\"+Inf\"} 4\nfacade_size_bytes_sum 15050\n\
                   facade_size_bytes_count 4\n";
    assert!(text.contains(buckets), "{text}");
    assert!(text.contains("goldsignal_not_a_number_total 11\n"));
    let open = registry.encode(Format::OpenMetrics);
    assert!(open.contains("# UNIT facade_size_bytes bytes\n"), "{open}");
    assert!(open.contains("facade_sent_created{to_whom=\"all\"} "));
}

#[test]
fn labels_keep_apart_and_fold_past_their_budget() {
    with_local_recorder(&recorder(), || {
        counter!("pairs", "x" => "ab", "y" => "c").increment(1);
        counter!("pairs", "y" => "bc", "x" => "a").increment(2);
        counter!("pairs", "x" => "a", "y" => "bc", "z" => "").increment(2);
        for user in 0..150 {
            counter!("per.user", "user" => user.to_string(), "plan" => "free").increment(1);
        }
        counter!("per.user", "user" => "_OTHER", "plan" => "free").increment(1);
    });
    let text = text();
    assert_eq!(
        series(&text, "pairs_total"),
        ["pairs_total{x=\"ab\",y=\"c\"} 1", "pairs_total{x=\"a\",y=\"bc\"} 4"]
    );
    assert_eq!(series(&text, "per_user_total").len(), 101);
    assert!(text.contains("per_user_total{user=\"_OTHER\",plan=\"free\"} 51\n"), "{text}");
    let folded = "goldsignal_label_overflow_total{family=\"per_user_total\",label=\"user\"} 51\n";
    assert!(text.contains(folded), "{text}");
}

/// A Prometheus refuses the whole scrape when a series has two labels of one name.
#[test]
fn labels_whose_names_become_one_are_joined() {
    with_local_recorder(&recorder(), || {
        counter!("joined", "user_id" => "b", "user.id" => "a").increment(1);
        counter!("joined", "user.id" => "a", "user_id" => "b").increment(2);
        counter!("joined", "user-id" => "a").increment(4);
        counter!("joined", "user_id" => "a", "user_id" => "a").increment(8);
        counter!("joined", "user_id" => "", "user.id" => "c", "le" => "1", "le_" => "2")
            .increment(16);
        counter!("joined.twice_total").increment(1);
        counter!("joined_twice").increment(2);
    });
    let text = text();
    assert_eq!(
        series(&text, "joined"),
        [
            "joined_total{user_id=\"a;b\"} 3",
            "joined_total{user_id=\"a\"} 12",
            "joined_total{user_id=\"c\",le_=\"1;2\"} 16",
            "joined_twice_total 3",
        ]
    );
}

#[test]
fn series_and_label_names_are_bounded() {
    with_local_recorder(&recorder(), || {
        for (x, y, z) in
            (0..30).flat_map(|x| (0..30).flat_map(move |y| (0..30).map(move |z| (x, y, z))))
        {
            let labels = [("x", x), ("y", y), ("z", z)];
            let labels = labels.map(|(name, value)| metrics::Label::new(name, value.to_string()));
            counter!("cube", labels.to_vec()).increment(1);
        }
        for name in 0..40 {
            gauge!("names", format!("name_{name}") => "x").set(1.0);
        }
    });
    let text = text();
    assert_eq!(series(&text, "cube_total").len(), 10_001);
    assert!(text.contains("cube_total{x=\"_OTHER\",y=\"_OTHER\",z=\"_OTHER\"} 17000\n"));
    let folded = "goldsignal_label_overflow_total{family=\"cube_total\",label=\"\"} 17000\n";
    assert!(text.contains(folded));
    assert_eq!(series(&text, "names{").len(), 17);
}

#[test]
fn of_two_kinds_the_first_stays() {
    let scope = scope();
    let registry = scope.registry();
    let recorder = Recorder::new(&registry);
    with_local_recorder(&recorder, || {
        gauge!("kind_clash_total").set(1.0);
        counter!("kind_clash").increment(5);
        counter!("kind_clash").increment(5);
        counter!("goldsignal_not_a_number").increment(99);
    });
    for _ in 0..2 {
        let text = scope.in_scope(|| registry.encode(Format::Text));
        assert_eq!(series(&text, "kind_clash_total"), ["kind_clash_total 1"]);
        assert!(text.contains("goldsignal_not_a_number_total 0\n"));
        assert!(text.contains("goldsignal_hidden_families 2\n"), "{text}");
    }
    let facade = "the `metrics` facade";
    let expected = [
        ("goldsignal_not_a_number_total", "the name is taken by goldsignal itself"),
        ("kind_clash_total", "the name is taken by a gauge of the `metrics` facade"),
    ];
    let mut hidden = registry.hidden_families();
    hidden.sort();
    let told: Vec<_> = hidden.iter().map(|one| (&*one.name, &*one.reason)).collect();
    assert_eq!(told, expected);
    assert!(hidden.iter().all(|one| one.source == facade));
    // The log names each once, however often it is scraped.
    for (family, reason) in expected {
        let fields = [("family", family), ("source", facade), ("reason", reason)];
        scope.assert_event("a metric family is hidden", &fields);
    }
    assert_eq!(scope.events().len(), 2);
}

/// A counter that another recorder exposed as `jobs_done` keeps that name in both formats.
#[test]
fn counters_keep_their_names_where_asked() {
    let registry = scope().registry();
    let recorder = Recorder::new(&registry).keep_counter_names();
    with_local_recorder(&recorder, || {
        metrics::describe_counter!("kept.done", "Jobs.");
        counter!("kept.done").increment(2);
        counter!("kept_total").increment(3);
    });
    let text = registry.encode(Format::Text);
    assert!(text.contains("# HELP kept_done Jobs.\n# TYPE kept_done counter\nkept_done 2\n"));
    assert!(text.contains("# TYPE kept_total counter\nkept_total 3\n"), "{text}");
    let open = registry.encode(Format::OpenMetrics);
    assert!(open.contains("# TYPE kept_done unknown\nkept_done 2\n"), "{open}");
}

#[test]
fn handles_add_from_many_threads() {
    let recorder = recorder();
    let (adds, level, sizes) = with_local_recorder(&recorder, || {
        (counter!("threads.adds"), gauge!("threads.level"), histogram!("threads.sizes"))
    });
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    adds.increment(1);
                    level.increment(1.0);
                    sizes.record(1.0);
                }
            });
        }
    });
    let text = text();
    for line in ["threads_adds_total 4000", "threads_level 4000", "threads_sizes_sum 4000"] {
        assert!(text.contains(&format!("{line}\n")), "{line}");
    }
}
