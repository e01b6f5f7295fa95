//! What a scraper reads: both formats, in chunks, from the admin listener.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use goldsignal::__private::{Dimension, Domain, Intern, SeriesIndex, linked};
use goldsignal::expose::admin::{Admin, Readiness};
use goldsignal::expose::{Encoder, Exposition, Format};
use goldsignal::record::visit::{
    Buckets, Header, LabelPair, Quantiles, Readable, SeriesKind, SeriesSink, Source,
};
use goldsignal::testing;
use goldsignal::{Counter, Descriptor, Histogram, Kind, Labels, Registry, SourceLocation};

struct Pair;

impl Labels for Pair {
    type At<'a> = (&'a str, &'a str);
    const DIMENSIONS: &'static [Dimension] = &[
        Dimension { name: "left", domain: Domain::Budget(4) },
        Dimension { name: "right", domain: Domain::Budget(4) },
    ];

    fn index((left, right): &(&str, &str), interner: &dyn Intern) -> SeriesIndex<Self> {
        SeriesIndex::new([interner.intern(0, left), interner.intern(1, right)])
    }
}

linked!(family PAIRS = Descriptor {
    name: "exposition_pairs_total",
    help: "Pairs of \"text\".\nTwo lines, one \\.",
    kind: Kind::Counter,
    unit: "",
    dimensions: Pair::DIMENSIONS,
    bounds: &[],
    location: SourceLocation::new(file!(), line!(), module_path!()),
});

linked!(family DISTANCES = Descriptor {
    name: "exposition_distance_meters",
    help: "How far pairs are apart.",
    kind: Kind::Histogram,
    unit: "meters",
    dimensions: Pair::DIMENSIONS,
    bounds: &[0.5, 1.0],
    location: SourceLocation::new(file!(), line!(), module_path!()),
});

static HISTOGRAM: LazyLock<Histogram<Pair>> = LazyLock::new(|| Histogram::bind(&DISTANCES));

static COUNTER: LazyLock<Counter<Pair>> = LazyLock::new(|| Counter::bind(&PAIRS));

/// A family of one series, of any kind.
struct One {
    name: &'static str,
    kind: SeriesKind,
    unit: &'static str,
    write: fn(&mut dyn SeriesSink),
}

impl Readable for &'static One {
    fn header(&self) -> Header<'_> {
        Header::new(self.name, "Help.", self.kind).with_unit(self.unit)
    }

    fn len(&self) -> usize {
        1
    }

    fn series(&self, _: usize, sink: &mut dyn SeriesSink) {
        (self.write)(sink);
    }
}

fn created() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(1_700_000_000_250)
}

fn written(format: Format, family: &'static One) -> String {
    let mut encoder = Encoder::new(format);
    encoder.begin(&family.header());
    family.series(0, &mut encoder);
    encoder.finish();
    String::from_utf8(encoder.take()).unwrap()
}

static LATENCY: One = One {
    name: "latency_seconds",
    kind: SeriesKind::Histogram,
    unit: "seconds",
    write: |sink| {
        let buckets = Buckets::new(&[0.5, 1.0, 1e6], &[2, 0, 3, 1], 7.25);
        sink.histogram(&[("path", "/\"a\"\\\n")], buckets, Some(created()));
    },
};

#[test]
fn histograms_are_cumulative_and_spell_bounds_alike() {
    let labels = r#"path="/\"a\"\\\n""#;
    let buckets = format!(
        "latency_seconds_bucket{{{labels},le=\"0.5\"}} 2\n\
         latency_seconds_bucket{{{labels},le=\"1.0\"}} 2\n\
         latency_seconds_bucket{{{labels},le=\"1e+06\"}} 5\n\
         latency_seconds_bucket{{{labels},le=\"+Inf\"}} 6\n\
         latency_seconds_sum{{{labels}}} 7.25\n\
         latency_seconds_count{{{labels}}} 6\n"
    );
    assert_eq!(
        written(Format::Text, &LATENCY),
        format!("# HELP latency_seconds Help.\n# TYPE latency_seconds histogram\n{buckets}")
    );
    assert_eq!(
        written(Format::OpenMetrics, &LATENCY),
        format!(
            "# HELP latency_seconds Help.\n# TYPE latency_seconds histogram\n\
             # UNIT latency_seconds seconds\n{buckets}\
             latency_seconds_created{{{labels}}} 1700000000.250\n# EOF\n"
        )
    );
}

static BYTES: One = One {
    name: "sent_bytes_total",
    kind: SeriesKind::Counter,
    unit: "bytes",
    write: |sink| sink.count(&[], u64::MAX, Some(created())),
};

#[test]
fn counters_lose_no_digit_and_keep_their_series_name() {
    assert_eq!(
        written(Format::Text, &BYTES),
        "# HELP sent_bytes_total Help.\n# TYPE sent_bytes_total counter\n\
         sent_bytes_total 18446744073709551615\n"
    );
    assert_eq!(
        written(Format::OpenMetrics, &BYTES),
        "# HELP sent_bytes Help.\n# TYPE sent_bytes counter\n# UNIT sent_bytes bytes\n\
         sent_bytes_total 18446744073709551615\nsent_bytes_created 1700000000.250\n# EOF\n"
    );
}

static ODD_COUNTER: One = One {
    name: "odd",
    kind: SeriesKind::Counter,
    unit: "seconds",
    write: |sink| sink.counter(&[], 1.5, Some(created())),
};

static SUMMARY: One = One {
    name: "sizes",
    kind: SeriesKind::Summary,
    unit: "",
    write: |sink| {
        let values = &[(0.5, f64::NAN), (1.0, f64::INFINITY)];
        sink.summary(&[], Quantiles::new(values, -1.0, 3));
    },
};

static UNKNOWN: One = One {
    name: "who_knows",
    kind: SeriesKind::Unknown,
    unit: "",
    write: |sink| sink.gauge(&[("a", "")], f64::NEG_INFINITY),
};

#[test]
fn what_only_bridges_bring() {
    assert_eq!(
        written(Format::OpenMetrics, &ODD_COUNTER),
        "# HELP odd Help.\n# TYPE odd unknown\nodd 1.5\n# EOF\n"
    );
    let quantiles = "sizes{quantile=\"0.5\"} NaN\nsizes{quantile=\"1.0\"} +Inf\n\
                     sizes_sum -1\nsizes_count 3\n";
    assert_eq!(
        written(Format::Text, &SUMMARY),
        format!("# HELP sizes Help.\n# TYPE sizes summary\n{quantiles}")
    );
    assert_eq!(
        written(Format::Text, &UNKNOWN),
        "# HELP who_knows Help.\n# TYPE who_knows untyped\nwho_knows{a=\"\"} -Inf\n"
    );
    assert!(written(Format::OpenMetrics, &UNKNOWN).contains("# TYPE who_knows unknown\n"));
}

static BELOW_ZERO: One = One {
    name: "temperature_celsius",
    kind: SeriesKind::Histogram,
    unit: "celsius",
    write: |sink| {
        sink.histogram(&[], Buckets::new(&[-1.0], &[1, 0], -3.0), None);
    },
};

#[test]
fn openmetrics_forbids_the_sum_of_what_may_be_negative() {
    assert!(written(Format::Text, &BELOW_ZERO).contains("temperature_celsius_sum -3\n"));
    assert!(!written(Format::OpenMetrics, &BELOW_ZERO).contains("_sum"));
}

struct Fixed(&'static [&'static One]);

impl Source for Fixed {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        self.0.iter().map(|one| Box::new(*one) as Box<dyn Readable>).collect()
    }
}

static JOBS: One =
    One { name: "jobs", kind: SeriesKind::Gauge, unit: "", write: |sink| sink.gauge(&[], 2.0) };

static JOBS_TOTAL: One = One {
    name: "jobs_total",
    kind: SeriesKind::Counter,
    unit: "",
    write: |sink| sink.count(&[], 9, None),
};

static OWN_NAME: One = One {
    name: "goldsignal_not_a_number_total",
    kind: SeriesKind::Counter,
    unit: "",
    write: |sink| sink.count(&[], 77, None),
};

static FIXED: &[&One] = &[&JOBS, &JOBS_TOTAL, &LATENCY, &OWN_NAME, &LATENCY];

/// One test, as all of it is about the global registry.
#[test]
fn a_registry_exposed() {
    let registry = Registry::global();
    for (left, right) in [("ab", "c"), ("a", "bc"), ("a", "bc"), ("\"", "\n\\")] {
        COUNTER.inc((left, right));
    }
    registry.attach(Arc::new(Fixed(FIXED)));

    let text = registry.encode(Format::Text);
    assert!(
        text.contains("# HELP exposition_pairs_total Pairs of \"text\".\\nTwo lines, one \\\\.\n")
    );
    let pair = |left: &str, right: &str, count: u64| {
        let series =
            format!("exposition_pairs_total{{left=\"{left}\",right=\"{right}\"}} {count}\n");
        assert!(text.contains(&series), "{series} in {text}");
    };
    pair("ab", "c", 1);
    pair("a", "bc", 2);
    pair("\\\"", "\\n\\\\", 1);
    // goldsignal's own name stays its own; of two with one name the first stays.
    assert!(text.contains("goldsignal_not_a_number_total 0\n"));
    assert!(text.contains("goldsignal_hidden_families 2\n"), "{text}");
    assert_eq!(text.matches("# TYPE latency_seconds histogram\n").count(), 1);

    let open = registry.encode(Format::OpenMetrics);
    assert!(open.ends_with("\n# EOF\n"));
    assert!(open.contains("Pairs of \\\"text\\\".\\nTwo lines"));
    assert!(open.contains("# TYPE exposition_pairs counter\n"));
    // A gauge `jobs` has the name that the counter's family would get.
    assert!(open.contains("# TYPE jobs gauge\njobs 2\n"), "{open}");
    assert!(open.contains("# TYPE jobs_total unknown\njobs_total 9\n"), "{open}");

    for value in 0..20 {
        COUNTER.inc((&value.to_string(), "c"));
    }
    let text = registry.encode(Format::Text);
    assert!(text.contains("left=\"_OTHER\""));
    let folded =
        "goldsignal_label_overflow_total{family=\"exposition_pairs_total\",label=\"left\"} 19\n";
    assert!(text.contains(folded), "{text}");
}

/// Writes what it is given, but knows nothing of what was written before.
struct Forgetful(Encoder);

impl SeriesSink for Forgetful {
    fn counter(&mut self, labels: &[LabelPair<'_>], value: f64, created: Option<SystemTime>) {
        self.0.counter(labels, value, created);
    }

    fn count(&mut self, labels: &[LabelPair<'_>], value: u64, created: Option<SystemTime>) {
        self.0.count(labels, value, created);
    }

    fn gauge(&mut self, labels: &[LabelPair<'_>], value: f64) {
        self.0.gauge(labels, value);
    }

    fn histogram(
        &mut self,
        labels: &[LabelPair<'_>],
        buckets: Buckets<'_>,
        created: Option<SystemTime>,
    ) {
        self.0.histogram(labels, buckets, created);
    }

    fn summary(&mut self, labels: &[LabelPair<'_>], quantiles: Quantiles<'_>) {
        self.0.summary(labels, quantiles);
    }
}

/// What is written of many series at once is what is written of each alone: nothing of a series is left in the
/// text of the next.
#[test]
fn a_family_is_its_series() {
    let scope = testing::scope();
    scope.in_scope(|| {
        for (left, right) in
            [("a", "b"), ("a", "\"b"), ("\\", "a"), ("aa", ""), ("", "b"), ("5th", "fold")]
        {
            COUNTER.inc((left, right));
            for value in [0.1, 2.0] {
                HISTOGRAM.observe((right, left), value);
            }
        }
    });
    for format in [Format::Text, Format::OpenMetrics] {
        let mut known = 0;
        for family in scope.registry().families() {
            let mut whole = Encoder::new(format);
            whole.begin(&family.header());
            let mut next = 0;
            while next < family.len() {
                next = family.write(next, &mut whole);
                known += whole.len();
            }
            let mut alone = Forgetful(Encoder::new(format));
            alone.0.begin(&family.header());
            for index in 0..family.len() {
                family.series(index, &mut alone);
            }
            let text = |mut encoder: Encoder| String::from_utf8(encoder.take()).unwrap();
            assert_eq!(text(whole), text(alone.0));
        }
        assert!(known > 2000);
    }
}

struct Many;

impl Readable for Many {
    fn header(&self) -> Header<'_> {
        let kind = SeriesKind::Gauge;
        Header::new("many", "Many.", kind)
    }

    fn len(&self) -> usize {
        100_000
    }

    fn series(&self, index: usize, sink: &mut dyn SeriesSink) {
        sink.gauge(&[("index", &index.to_string())], 1.0);
    }
}

struct ManySource;

impl Source for ManySource {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        vec![Box::new(Many)]
    }
}

#[test]
fn pieces_are_bounded() {
    let registry = Registry::global();
    registry.attach(Arc::new(ManySource));
    let mut exposition = Exposition::new(&registry, Format::OpenMetrics);
    let (mut pieces, mut series) = (0, 0);
    while let Some(piece) = exposition.chunk() {
        assert!(piece.len() < 64 * 1024);
        pieces += 1;
        series += std::str::from_utf8(&piece).unwrap().matches("many{").count();
    }
    assert!(pieces > 50);
    assert_eq!(series, 100_000);
}

fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("{request}Host: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_admin_listener() {
    let readiness = Readiness::default();
    let any = "127.0.0.1:0".parse().unwrap();
    let admin = Admin::start(any, Registry::global(), readiness.clone(), None).unwrap();
    let address = admin.address();

    let text = ask(address, "GET /metrics HTTP/1.1\r\n");
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    assert!(text.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    let accept = "GET /metrics HTTP/1.1\r\nAccept: text/plain;q=0.5\r\n\
                  Accept: application/openmetrics-text;version=1.0.0\r\n";
    let open = ask(address, accept);
    assert!(
        open.contains("content-type: application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    assert!(open.contains("# EOF\n"));
    let head = ask(address, "HEAD /metrics HTTP/1.1\r\n");
    assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
    assert!(ask(address, "POST /metrics HTTP/1.1\r\n").starts_with("HTTP/1.1 405"));
    assert!(ask(address, "GET /other HTTP/1.1\r\n").starts_with("HTTP/1.1 404"));
    assert!(ask(address, "GET /healthz HTTP/1.1\r\n").ends_with("\r\n\r\nok\n"));

    assert!(ask(address, "GET /readyz HTTP/1.1\r\n").starts_with("HTTP/1.1 503"));
    readiness.set(true);
    assert!(ask(address, "GET /readyz HTTP/1.1\r\n").starts_with("HTTP/1.1 200"));
    // None of this is a request of the service.
    assert!(!ask(address, "GET /metrics HTTP/1.1\r\n").contains("endpoint=\"/metrics\""));

    let taken = Admin::start(address, Registry::global(), readiness, None).unwrap_err();
    assert_eq!(taken.kind(), std::io::ErrorKind::AddrInUse);
    drop(admin);
    assert!(TcpStream::connect(address).is_err());
}
