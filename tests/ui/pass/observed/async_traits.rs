//! `async_trait` before and after the attribute, on methods and on the block, and `async fn` in traits.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use async_trait::async_trait;
use goldsignal::observed;

#[derive(Debug, PartialEq)]
struct Missing;

#[async_trait]
trait Load: Sync {
    async fn load(&self, id: u32) -> Result<u32, Missing>;

    #[observed]
    async fn load_or_zero(&self, id: u32) -> u32 {
        self.load(id).await.unwrap_or(0)
    }
}

struct Methods(u32);
#[async_trait]
impl Load for Methods {
    #[observed(fields(id))]
    async fn load(&self, id: u32) -> Result<u32, Missing> {
        std::future::ready(()).await;
        id.checked_sub(self.0).ok_or(Missing)
    }
}

struct Under(u32);
#[observed]
#[async_trait]
impl Load for Under {
    async fn load(&self, id: u32) -> Result<u32, Missing> {
        id.checked_sub(self.0).ok_or(Missing)
    }
}

struct Over(u32);
#[async_trait]
#[observed]
impl Load for Over {
    #[observed(fields(id))]
    async fn load(&self, id: u32) -> Result<u32, Missing> {
        id.checked_sub(self.0).ok_or(Missing)
    }
}

trait Native {
    fn name(&self) -> &str;

    #[observed]
    fn upper(&self) -> String {
        self.name().to_uppercase()
    }

    fn fetch(&self, id: u32) -> impl Future<Output = Result<u32, Missing>> + Send;
}

impl Native for Methods {
    #[observed]
    fn name(&self) -> &str {
        if self.0 == 0 {
            return "zero";
        }
        "more"
    }

    #[observed(fields(id))]
    async fn fetch(&self, id: u32) -> Result<u32, Missing> {
        self.load(id).await
    }
}

#[observed]
impl Native for Under {
    fn name(&self) -> &'static str {
        "under"
    }

    fn fetch(&self, id: u32) -> impl Future<Output = Result<u32, Missing>> + Send {
        let loaded = self.load(id);
        async move { loaded.await }
    }
}

fn main() {
    futures::executor::block_on(async {
        for load in [&Methods(1) as &dyn Load, &Under(1), &Over(1)] {
            assert_eq!(load.load(3).await, Ok(2));
            assert_eq!(load.load(0).await, Err(Missing));
            assert_eq!(load.load_or_zero(0).await, 0);
        }
        assert_eq!(Methods(0).upper(), "ZERO");
        assert_eq!(Under(1).upper(), "UNDER");
        assert_eq!(Methods(1).fetch(2).await, Ok(1));
        assert_eq!(Under(1).fetch(0).await, Err(Missing));
    });
}
