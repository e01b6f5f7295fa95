//! Metrics can be private, public and documented by attributes.
#![deny(missing_docs, unreachable_pub)]

pub mod shop {
    //! A shop.
    use goldsignal::{Counter, Metrics};

    /// Metrics of the shop.
    #[derive(Debug, Metrics)]
    pub(crate) struct Shop {
        #[doc = "Orders."]
        #[doc = ""]
        #[doc = "More about them."]
        pub(crate) orders_total: Counter,
        /// Returned orders,
        /// over two lines.
        returns_total: Counter,
        #[metric(help = "Lost orders.")]
        lost_total: Counter,
    }

    impl Shop {
        pub(crate) fn returned() -> u64 {
            Self::get().returns_total.inc();
            Self::get().returns_total.get()
        }
    }
}

fn main() {
    shop::Shop::get().orders_total.inc();
    assert_eq!(shop::Shop::returned(), 1);
    assert_eq!(shop::Shop::get().orders_total.get(), 1);
}
