//! `#[observed]` on every kind of function: it compiles, is called as before, and counts once.

mod drops;
mod exposed;
mod signatures;
mod sizes;

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use goldsignal::{Fault, FaultKind, observed};

#[derive(Debug, PartialEq)]
struct Missing;

impl Fault for Missing {
    const KINDS: &'static [FaultKind] = &[FaultKind::new("missing", Some(404))];
    fn error_type(&self) -> &'static str {
        "missing"
    }
    fn status(&self) -> Option<u16> {
        Some(404)
    }
}

#[observed]
fn plain(a: u32, b: u32) -> u32 {
    a + b
}

#[observed(fields(a, text_len = text.len(), ?list, upper = %text.to_uppercase()), ok(|sum| sum = *sum), err(|error| what = ?error))]
fn fallible(a: u32, text: &str, list: Vec<u8>) -> Result<u32, Missing> {
    if a == 0 {
        return Err(Missing);
    }
    let extra = u32::try_from(list.len()).map_err(|_| Missing)?;
    Ok(a + extra)
}

#[observed]
async fn boxed_debug(flag: bool) -> Box<dyn Debug> {
    if flag {
        return Box::new("a");
    }
    Box::new(1)
}

#[observed]
async fn borrowed<'a, T>(text: &'a T) -> Option<&'a str>
where
    T: AsRef<str> + Debug + ?Sized,
{
    let first = text.as_ref().split(' ').next()?;
    tokio::task::yield_now().await;
    Some(first)
}

#[observed]
fn future(a: u32) -> impl Future<Output = Result<u32, Missing>> + Send {
    let b = a + 1;
    async move { if b > 1 { Ok(b) } else { Err(Missing) } }
}

#[observed]
fn pinned<'a>(a: &'a u32) -> Pin<Box<dyn Future<Output = u32> + Send + 'a>> {
    Box::pin(async move { *a })
}

#[observed]
async fn opaque(text: String) -> impl Iterator<Item = char> {
    text.chars().rev().collect::<Vec<_>>().into_iter()
}

struct Store {
    value: u32,
}

#[observed]
impl Store {
    fn new(value: u32) -> Self {
        Self { value }
    }

    #[observed(fields(by), level = debug)]
    async fn add(&mut self, by: u32) -> Result<&mut Self, Missing> {
        self.value += by;
        Ok(self)
    }

    #[observed(skip)]
    const fn get(&self) -> u32 {
        self.value
    }
}

trait Double {
    #[observed]
    fn double(&self) -> u32 {
        2
    }
}

impl Double for Store {
    #[observed]
    fn double(&self) -> u32 {
        self.value * 2
    }
}

#[async_trait::async_trait]
trait Load {
    async fn load(&self, id: u32) -> Result<u32, Missing>;
}

#[async_trait::async_trait]
impl Load for Store {
    #[observed(fields(id))]
    async fn load(&self, id: u32) -> Result<u32, Missing> {
        if id == 0 { Err(Missing) } else { Ok(self.value) }
    }
}

#[tokio::test]
async fn every_kind_of_function_keeps_its_meaning() {
    assert_eq!(plain(1, 2), 3);
    assert_eq!(fallible(0, "", vec![]), Err(Missing));
    assert_eq!(fallible(1, "x", vec![1, 2]), Ok(3));
    assert_eq!(format!("{:?}", boxed_debug(true).await), "\"a\"");
    assert_eq!(format!("{:?}", boxed_debug(false).await), "1");
    assert_eq!(borrowed("a b").await, Some("a"));
    assert_eq!(future(1).await, Ok(2));
    assert_eq!(pinned(&4).await, 4);
    assert_eq!(opaque("ab".into()).await.collect::<String>(), "ba");
    let mut store = Store::new(1);
    assert_eq!(store.add(2).await.unwrap().get(), 3);
    assert_eq!(Double::double(&store), 6);
    assert_eq!(store.load(1).await, Ok(3));
}
