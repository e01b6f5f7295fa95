//! Every kind of receiver, in blocks with and without the attribute.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use goldsignal::observed;

#[derive(Clone, Debug, Default, PartialEq)]
struct Counted {
    n: u32,
}

#[observed(level = debug)]
impl Counted {
    #[observed(fields(n = self.n, by))]
    fn add(&mut self, by: u32) -> &mut Self {
        self.n += by;
        self
    }

    async fn add_async(&mut self, by: u32) -> Result<&mut Self, std::fmt::Error> {
        std::future::ready(()).await;
        self.n = self.n.checked_sub(by).ok_or(std::fmt::Error)?;
        Ok(self)
    }

    #[observed(fields(self.n))]
    fn by_value(mut self) -> u32 {
        self.n += 1;
        self.n
    }

    async fn arc(self: Arc<Self>) -> u32 {
        self.n
    }

    fn rc(self: Rc<Self>) -> u32 {
        self.n
    }

    fn boxed(self: Box<Self>) -> u32 {
        self.n
    }

    fn pinned(mut self: Pin<&mut Self>) -> u32 {
        self.n += 1;
        self.n
    }

    fn arc_ref<'a>(self: &'a Arc<Self>, other: &Arc<Self>) -> &'a u32 {
        let _ = other;
        &self.n
    }

    async fn both<'a>(&'a self, other: &'a Self) -> &'a Self {
        if self.n > other.n {
            return self;
        }
        other
    }
}

impl Counted {
    #[observed(name = "counted.shared", fields(self.n))]
    async fn shared(&self) -> u32 {
        self.n
    }

    #[observed(fields(n))]
    fn made(n: u32) -> Self {
        Self { n }
    }

    #[observed]
    async fn made_async(n: u32) -> Option<Self> {
        Some(Self::made(n)).filter(|made| made.n > 0)
    }
}

fn main() {
    let mut counted = Counted::made(1);
    assert_eq!(counted.add(2).add(3).n, 6);
    assert_eq!(counted.clone().by_value(), 7);
    let arc = Arc::new(counted.clone());
    assert_eq!(*arc.arc_ref(&arc), 6);
    assert_eq!(Rc::new(counted.clone()).rc(), 6);
    assert_eq!(Box::new(counted.clone()).boxed(), 6);
    assert_eq!(Pin::new(&mut counted).pinned(), 7);
    futures::executor::block_on(async {
        assert_eq!(counted.add_async(1).await.unwrap().n, 6);
        assert!(counted.add_async(9).await.is_err());
        assert_eq!(arc.arc().await, 6);
        assert_eq!(counted.both(&Counted { n: 9 }).await.n, 9);
        assert_eq!(counted.shared().await, 6);
        assert_eq!(Counted::made_async(0).await, None);
    });
}
