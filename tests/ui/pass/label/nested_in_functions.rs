// Labels, sets and metrics can be declared where they are used.
fn main() {
    use goldsignal::{Counter, Label, Labels, Metrics};

    #[derive(Clone, Copy, Label)]
    enum Side {
        Left,
        Right,
    }

    #[derive(Labels)]
    struct BySide {
        side: Side,
        urgent: bool,
    }

    #[derive(Metrics)]
    struct Turns {
        /// Turns.
        turns_total: Counter<BySide>,
    }

    let turns = &Turns::get().turns_total;
    for side in [Side::Left, Side::Right, Side::Left] {
        turns.inc(BySide { side, urgent: false });
    }
    assert_eq!(turns.get(BySide { side: Side::Left, urgent: false }), 2);
    assert_eq!(turns.get(BySide { side: Side::Left, urgent: true }), 0);
}
