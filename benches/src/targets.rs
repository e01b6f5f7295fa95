//! What was measured, beside what was to be reached.

use crate::measure::{Figures, Placement};
use crate::stories::{SILENT, TALKATIVE};
use crate::verdict::Row;

/// Every figure that has a target, as far as it was measured.
pub(crate) fn rows(figures: &[Figures]) -> Vec<Row> {
    let figures = All(figures);
    let mut rows = figures.functions();
    rows.extend(figures.counters());
    rows.extend(figures.lines());
    rows.extend(figures.requests());
    rows.extend(figures.stories());
    rows.extend(figures.scrapes());
    rows
}

struct All<'a>(&'a [Figures]);

const FLOOR_OF_ALL: &str = "floor";

impl All<'_> {
    fn find(&self, group: &str, case: &str) -> Option<&Figures> {
        self.0.iter().find(|figures| figures.group == group && figures.case == case)
    }

    /// The median, in nanoseconds.
    fn time(&self, group: &str, case: &str, placement: Placement) -> Option<f64> {
        let times = &self.find(group, case)?.times;
        times.iter().find(|times| times.placement == placement).map(|times| times.median)
    }

    fn alone(&self, group: &str, case: &str) -> Option<f64> {
        self.time(group, case, Placement::One)
    }

    fn functions(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let wanted =
            [("goldsignal #[observed] fn", 1.15), ("goldsignal #[observed] async fn", 1.25)];
        for (ours, most) in wanted {
            for (placement, on) in
                [(Placement::One, "one thread"), (Placement::TwoOnTwoCores, "two threads")]
            {
                let of = |case| self.time("functions", case, placement);
                if let (Some(ours_ns), Some(floor)) = (of(ours), of(FLOOR_OF_ALL)) {
                    rows.push(Row::at_most(
                        format!("{ours}, {on}"),
                        "× floor",
                        ours_ns / floor,
                        most,
                    ));
                }
            }
            rows.extend(self.find("functions", ours).map(|ours| {
                Row::at_most(
                    format!("{}, after first use", ours.case),
                    "allocations",
                    ours.allocations,
                    0.0,
                )
            }));
        }
        let (bare, counted) = ("goldsignal #[observed] fn", "goldsignal, and #[business_counter]");
        let of = |case| self.alone("functions", case);
        rows.extend(of(counted).zip(of(bare)).map(|(counted, bare)| {
            Row::at_most(
                "#[business_counter] with two finite labels on top".to_owned(),
                "ns",
                counted - bare,
                4.0,
            )
        }));
        rows
    }

    fn counters(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (placement, on) in
            [(Placement::One, "one thread"), (Placement::TwoOnTwoCores, "two threads")]
        {
            let of = |case| self.time("counters", case, placement);
            let floor = of("floor: a load and a store");
            rows.extend(of("goldsignal, two finite labels").zip(floor).map(|(ours, floor)| {
                let what = format!("a counter by two finite labels, {on}");
                Row::at_most(what, "× a load and a store", ours / floor, 2.5)
            }));
        }
        let budgeted = "goldsignal, a label with a budget";
        let of = |placement| self.time("counters", budgeted, placement);
        let alone = of(Placement::One);
        rows.extend(
            alone
                .map(|ns| Row::at_most("a counter by a budgeted label".to_owned(), "ns", ns, 40.0)),
        );
        rows.extend(alone.zip(of(Placement::TwoOnTwoCores)).map(|(one, two)| {
            // Equal, as far as times of a shared machine can be.
            Row::at_most("… on two threads".to_owned(), "× one thread", two / one, 1.1)
        }));
        rows
    }

    fn lines(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let of = |case| self.alone("lines", case);
        let (alone, beside) = (of("goldsignal, alone"), of("goldsignal, beside a span layer"));
        let peer = of("#[instrument] + info!, JSON");
        rows.extend(alone.map(|ns| {
            Row::at_most("a call with its line of six fields".to_owned(), "ns", ns, 150.0)
        }));
        rows.extend(alone.zip(of("floor: a line by hand")).map(|(ours, by_hand)| {
            Row::at_most("… than by hand".to_owned(), "× by hand", ours / by_hand, 3.0)
        }));
        rows.extend(beside.map(|ns| {
            Row::at_most("… beside a layer that takes spans".to_owned(), "ns", ns, 220.0)
        }));
        let unsampled = self.alone("traced", "goldsignal, function, not sampled");
        rows.extend(unsampled.map(|ns| {
            Row::at_most("… spans exported, trace not sampled".to_owned(), "ns", ns, 220.0)
        }));
        rows.extend(alone.zip(peer).map(|(ours, peer)| {
            Row::at_least(
                "… than tracing-subscriber's JSON".to_owned(),
                "× faster",
                peer / ours,
                12.0,
            )
        }));
        rows.extend(self.find("lines", "goldsignal, alone").map(|ours| {
            Row::at_most("… by a line".to_owned(), "allocations", ours.allocations, 0.0)
        }));
        rows
    }

    fn requests(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let added = |group, case| {
            let (ours, bare) = (self.find(group, case)?, self.find(group, "bare axum")?);
            let time = self.alone(group, case)? - self.alone(group, "bare axum")?;
            Some((time, ours.allocations - bare.allocations))
        };
        let wanted = [
            ("requests", "goldsignal, log line", 450.0, Some(3.0)),
            ("requests", "goldsignal, beside a span layer", 600.0, None),
            ("traced", "goldsignal, request, not sampled", 600.0, None),
            ("quiet", "goldsignal, logs off", 250.0, Some(2.0)),
            ("requests", "goldsignal, routes by hand, log line", 550.0, None),
        ];
        for (group, case, ns, allocations) in wanted {
            let Some(measured) = added(group, case) else { continue };
            let what = case.trim_start_matches("goldsignal, ");
            rows.push(Row::at_most(format!("added to a request: {what}"), "ns", measured.0, ns));
            rows.extend(allocations.map(|most| {
                Row::at_most(format!("added to a request: {what}"), "allocations", measured.1, most)
            }));
        }
        for (group, case, most) in
            [("quiet", "goldsignal, logs off", 0.38), ("requests", "goldsignal, log line", 0.52)]
        {
            let bare = self.alone(group, "bare axum");
            rows.extend(added(group, case).zip(bare).map(|((added, _), bare)| {
                let what =
                    format!("added to a request: {}", case.trim_start_matches("goldsignal, "));
                Row::at_most(what, "× a bare one", added / bare, most)
            }));
        }
        let composed = added("requests", "TraceLayer + axum-prometheus + JSON");
        rows.extend(added("requests", "goldsignal, log line").zip(composed).map(
            |(ours, composed)| {
                let what =
                    "added to a request: than by TraceLayer + axum-prometheus + JSON".to_owned();
                Row::at_least(what, "× cheaper", composed.0 / ours.0, 12.0)
            },
        ));
        rows
    }

    fn stories(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let of = |case| self.alone("stories", case);
        let [off, on] = SILENT.map(of);
        rows.extend(on.zip(off).map(|(on, off)| {
            Row::at_most("a good request with stories".to_owned(), "× without", on / off, 1.1)
        }));
        let [off, captured, lines, theirs] = TALKATIVE.map(of);
        for (lines, whose, most) in
            [(lines, "goldsignal", 0.5), (theirs, "tracing-subscriber", 0.2)]
        {
            let Some(((off, captured), lines)) = off.zip(captured).zip(lines) else { continue };
            let what = format!("ten events captured: than JSON lines of {whose}");
            let ratio = (captured - off) / (lines - off);
            rows.push(Row::at_most(what, "× their lines", ratio, most));
        }
        rows
    }

    fn scrapes(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let formats = [
            ("goldsignal, text", "floor: text by hand"),
            ("goldsignal, OpenMetrics", "floor: OpenMetrics by hand"),
        ];
        let groups = [
            ("scrape", "100,000 counters", 3.5),
            ("scrape-histograms", "10,000 histograms of 12 buckets", 3.0),
        ];
        for (group, what, most) in groups {
            for (case, floor) in formats {
                let what = format!("a scrape of {what}: {case}");
                let times = self.alone(group, case).zip(self.alone(group, floor));
                rows.extend(times.map(|(ours, floor)| {
                    Row::at_most(what.clone(), "× floor", ours / floor, most)
                }));
                rows.extend(self.find(group, case).map(|ours| {
                    Row::at_most(what + ", memory", "KiB", ours.bytes / 1024.0, 256.0)
                }));
            }
        }
        let of = |case| self.alone("scrape-beside", case);
        let beside = of("a function, scrape after scrape").zip(of("a function, nobody scrapes"));
        rows.extend(beside.map(|(beside, alone)| {
            let what = "a function, scrape after scrape on another core".to_owned();
            Row::at_most(what, "× nobody scrapes", beside / alone, 1.05)
        }));
        rows.extend(self.find("series", "goldsignal").map(|ours| {
            let what = "an idle counter series with three labels".to_owned();
            Row::at_most(what, "bytes", ours.bytes, 120.0)
        }));
        rows
    }
}
