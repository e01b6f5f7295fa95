// An observed `impl` block: constants, types, methods without a receiver, skipped ones, and traits.
use goldsignal::{Slo, observed};

const API: Slo = Slo::new("api", "runbook").availability(99.9);

struct Store<T>(T);

#[observed(slo = API, level = debug)]
impl<T: Clone + Send + Sync> Store<T> {
    const LIMIT: usize = 3;

    fn new(value: T) -> Self {
        Self(value)
    }

    #[observed(name = "store.fetch", fields(id))]
    async fn fetch(&self, id: u32) -> T {
        _ = id;
        self.0.clone()
    }

    #[observed(skip)]
    const fn limit(&self) -> usize {
        Self::LIMIT
    }

    #[observed(skip)]
    fn each(&mut self) -> &mut T {
        &mut self.0
    }
}

trait Read {
    type Out;
    fn read(&self) -> Self::Out;
    fn twice(&self) -> (Self::Out, Self::Out) {
        (self.read(), self.read())
    }
}

#[observed]
impl Read for Store<u8> {
    type Out = u8;

    fn read(&self) -> Self::Out {
        self.0
    }
}

fn main() {
    let mut store = Store::new(1_u8);
    *store.each() += 1;
    assert_eq!(store.limit(), 3);
    assert_eq!(store.twice(), (2, 2));
    assert_eq!(futures::executor::block_on(store.fetch(1)), 2);
}
