// A gauge does not count.
use goldsignal::__private::{Descriptor, Kind, Place};
use goldsignal::{Counter, Gauge, business_counter};

struct M {
    done_total: Counter,
    level: Gauge,
}

impl M {
    fn get() -> &'static M {
        static D: Descriptor = Descriptor {
            name: "done_total",
            help: "Done.",
            kind: Kind::Counter,
            unit: "",
            dimensions: &[],
            bounds: &[],
            place: Place::new("f.rs", 1, "m"),
        };
        static G: Descriptor = Descriptor { name: "level", kind: Kind::Gauge, ..D };
        static M: std::sync::OnceLock<M> = std::sync::OnceLock::new();
        M.get_or_init(|| M { done_total: Counter::bind(&D), level: Gauge::bind(&G) })
    }
}

#[business_counter(M::level)]
fn f() {}

fn main() {}
