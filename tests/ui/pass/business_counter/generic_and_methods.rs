// On generic functions and methods, with what `self` holds.
use goldsignal::{Counter, Metrics, business_counter};

#[derive(Metrics)]
struct Shop {
    /// Items.
    items_total: Counter,
}

struct Basket<T> {
    items: Vec<T>,
}

impl<T: Clone> Basket<T> {
    #[business_counter(Shop::items_total, by = self.items.len())]
    fn buy(&self) -> usize {
        self.items.len()
    }

    #[business_counter(Shop::items_total, by = self.items.len())]
    async fn take(self) -> Vec<T> {
        self.items
    }

    #[business_counter(Shop::items_total)]
    fn add(&mut self, item: &T) -> &mut Self {
        self.items.push(item.clone());
        self
    }
}

trait Buy {
    fn all(&self) -> u32;
}

impl Buy for Basket<u8> {
    #[business_counter(Shop::items_total)]
    fn all(&self) -> u32 {
        1
    }
}

fn main() {
    let mut basket = Basket { items: vec![1_u8] };
    basket.add(&2).add(&3);
    assert_eq!(basket.buy(), 3);
    assert_eq!(basket.all(), 1);
    assert_eq!(futures::executor::block_on(basket.take()), [1, 2, 3]);
    assert_eq!(Shop::get().items_total.get(), 2 + 3 + 1 + 3);
}
