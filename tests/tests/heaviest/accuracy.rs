//! The heaviest keys that are found, beside the exact ones, in streams of users as they are and as an attacker makes them.
//!
//! `cargo test -p goldsignal-tests --all-features --test heaviest -- accuracy --nocapture` prints the table of the guide.

use std::collections::HashMap;

use goldsignal::record::visit::HeavyKeys;
use goldsignal::{Metrics, Named, Top, testing};

/// Who uses the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders, by the users who order most.
    accuracy_busiest_users: Top<u64, Named>,
}

const RANKS: usize = 10;
const ADDED: u64 = 200_000;

/// Numbers that look random, and are the same in each run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// From 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    fn share(&mut self) -> f64 {
        self.next() as f64 / u64::MAX as f64
    }
}

/// Users whose shares fall as 1/rank^exponent.
fn zipf(users: u32, exponent: f64) -> Vec<u64> {
    let mut below = Vec::new();
    let mut sum = 0.0;
    for user in 1..=users {
        sum += f64::from(user).powf(-exponent);
        below.push(sum);
    }
    let mut numbers = Numbers(7);
    let mut user = || {
        let at = numbers.share() * sum;
        below.partition_point(|below| *below < at) as u64
    };
    (0..ADDED).map(|_| user()).collect()
}

fn numbered(user: impl Fn(u64) -> u64) -> Vec<u64> {
    (0..ADDED).map(user).collect()
}

struct Compared {
    /// How many of the ten heaviest keys are among the ten that were found.
    found: usize,
    /// The largest error of the weight of one that was found, as a share of the whole weight.
    error: f64,
    /// The error that was stated.
    stated: f64,
    first: f64,
    exact_first: f64,
}

#[expect(clippy::cast_precision_loss, reason = "less than 2^53")]
fn compare(users: &[u64], heaviest: &HeavyKeys) -> Compared {
    let mut exact = HashMap::<u64, u64>::new();
    for user in users {
        *exact.entry(*user).or_default() += 1;
    }
    let share = |weight: u64| weight as f64 / users.len() as f64;
    let mut weights: Vec<_> = exact.values().copied().collect();
    weights.sort_unstable_by(|a, b| b.cmp(a));
    // Of several keys with the weight of the tenth, each is as right as the others.
    let tenth = weights[(RANKS - 1).min(weights.len() - 1)];
    let mut compared = Compared {
        found: 0,
        error: 0.0,
        stated: share(heaviest.missed),
        first: heaviest.first_share(),
        exact_first: share(weights[0]),
    };
    for one in &heaviest.keys {
        let truth = exact[&one.key.parse().unwrap()];
        assert!(one.weight <= truth && truth <= one.weight + heaviest.missed, "{one:?}: {truth}");
        compared.found += usize::from(truth >= tenth);
        compared.error = compared.error.max(share(truth - one.weight));
    }
    compared
}

/// Adds the users on four threads, and compares what is found.
fn measured(name: &str, users: &[u64]) -> Compared {
    let scope = testing::scope();
    std::thread::scope(|threads| {
        for part in users.chunks(users.len().div_ceil(4)) {
            let handle = scope.handle();
            threads.spawn(move || {
                let metric = &Shop::get().accuracy_busiest_users;
                handle.in_scope(|| part.iter().for_each(|user| metric.add(user)));
            });
        }
    });
    let heaviest = Shop::get().accuracy_busiest_users.heaviest();
    assert_eq!(heaviest.total + heaviest.dropped, users.len() as u64);
    assert!(heaviest.missed <= heaviest.total / 192, "{name}: {}", heaviest.missed);
    let compared = compare(users, &heaviest);
    let Compared { found, error, stated, first, exact_first } = compared;
    println!(
        "| {name} | {:.1} | {:.1} | {found} | {:.2} | {:.2} |",
        exact_first * 100.0,
        first * 100.0,
        error * 100.0,
        stated * 100.0
    );
    compared
}

#[test]
fn the_heaviest_are_found_with_the_stated_error() {
    println!(
        "| stream | heaviest, exactly, % | … as found, % | of ten found | largest error, % | stated error, % |"
    );
    println!("|---|---|---|---|---|---|");
    for (users, exponent, least) in [(1_000, 1.0, 10), (100_000, 1.2, 10), (100_000, 1.0, 9)] {
        let name = format!("Zipf {exponent:.1}, {users} users");
        let Compared { found, .. } = measured(&name, &zipf(users, exponent));
        assert!(found >= least, "{name}: {found}");
    }
    measured("Zipf 0.8, 100000 users", &zipf(100_000, 0.8));
}

/// Nobody can hide a giant, or make one up, by the order of keys.
#[test]
fn no_order_of_keys_hides_a_giant() {
    let third = |n: u64| if n.is_multiple_of(3) { 0 } else { n };
    let streams = [
        ("a third by one, all others once", numbered(third)),
        ("… the giant first", numbered(|n| if n < ADDED / 3 { 0 } else { n })),
        ("… the giant last", numbered(|n| if n > ADDED * 2 / 3 { 0 } else { n })),
        ("… in bursts of 400 others", numbered(|n| if n % 600 < 200 { 0 } else { n })),
        (
            "thirty with 1 % each, all others once",
            numbered(|n| if n % 10 < 3 { n % 10 * 10 + n / 10 % 10 } else { n + 1_000 }),
        ),
    ];
    for (name, users) in streams {
        let Compared { first, exact_first, .. } = measured(name, &users);
        assert!(exact_first - first < 0.0053, "{name}: {first} of {exact_first}");
    }
    let Compared { first, .. } = measured("all once", &numbered(|n| n));
    assert!(first < 0.001, "{first}");
    let Compared { first, .. } = measured("385 in turn", &numbered(|n| n % 385));
    assert!(first < 0.003, "{first}");
}
