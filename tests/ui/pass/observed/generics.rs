//! Lifetimes, `where` clauses, const generics, and `impl Trait` as parameter and return type.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use std::fmt::{Debug, Display};
use std::hash::Hash;

use goldsignal::observed;

#[observed(fields(?items, size = N, first = %items[0]))]
fn constant<T, const N: usize>(items: [T; N]) -> usize
where
    T: Debug + Display,
{
    items.len()
}

#[observed]
async fn constant_async<T: Clone + Send, const N: usize>(item: &T) -> [T; N] {
    std::future::ready(()).await;
    std::array::from_fn(|_| item.clone())
}

#[observed(fields(left_len = left.len()))]
fn longest<'a, 'b: 'a>(left: &'a str, right: &'b str) -> &'a str {
    if left.len() > right.len() {
        return left;
    }
    right
}

#[observed]
async fn borrowed<'a, T>(items: &'a mut Vec<T>, item: T) -> Result<&'a mut T, std::fmt::Error>
where
    T: PartialEq + 'a,
{
    if items.contains(&item) {
        return Err(std::fmt::Error);
    }
    items.push(item);
    items.last_mut().ok_or(std::fmt::Error)
}

#[observed(fields(%text, key = hash(key)))]
fn argument(text: impl Display, key: &impl Hash, each: impl FnOnce(u8) -> u8) -> u8 {
    let _ = (text, key);
    each(1)
}

#[observed]
fn iterator<'a>(items: &'a [u32], more: &'a u32) -> impl Iterator<Item = u32> + 'a {
    items.iter().map(move |item| item + more)
}

#[observed]
async fn closure(by: u32) -> impl Fn(u32) -> u32 {
    move |n| n + by
}

#[observed]
fn nested(fail: bool) -> Result<impl Iterator<Item = u32>, std::fmt::Error> {
    if fail {
        return Err(std::fmt::Error);
    }
    Ok([1, 2].into_iter())
}

#[observed]
async fn nested_async(fail: bool) -> Result<Option<impl Display>, std::fmt::Error> {
    if fail {
        return Err(std::fmt::Error);
    }
    Ok(Some("a"))
}

#[observed]
fn higher<F>(f: F) -> usize
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    f("abc").len()
}

trait Source {
    type Item: Display;
    type Error: Debug;
    fn next(&mut self) -> Result<Self::Item, Self::Error>;
}

struct Wrapper<S>(S);

impl Source for u32 {
    type Item = u32;
    type Error = &'static str;

    #[observed(err(|error| what = *error))]
    fn next(&mut self) -> Result<Self::Item, Self::Error> {
        *self = self.checked_sub(1).ok_or("empty")?;
        Ok(*self)
    }
}

#[observed]
impl<S: Source> Source for Wrapper<S>
where
    S::Item: Clone,
{
    type Item = S::Item;
    type Error = S::Error;

    #[observed(ok(|item| %item), err(|error| ?error))]
    fn next(&mut self) -> Result<<Self as Source>::Item, <S as Source>::Error> {
        self.0.next()
    }
}

#[observed]
impl<S> Wrapper<S> {
    #[observed(skip)]
    const fn one() -> usize {
        1
    }

    fn new(inner: S) -> Self {
        let _ = Self::one();
        Self(inner)
    }

    async fn map<T, const N: usize>(self, f: impl FnOnce(S) -> T) -> [Wrapper<T>; N]
    where
        T: Clone,
    {
        let value = f(self.0);
        std::array::from_fn(|_| Wrapper(value.clone()))
    }
}

fn main() {
    assert_eq!(constant([1, 2]), 2);
    assert_eq!(longest("a", "bc"), "bc");
    assert_eq!(argument("a", &1, |n| n + 1), 2);
    assert_eq!(iterator(&[1, 2], &1).collect::<Vec<_>>(), [2, 3]);
    assert!(nested(true).is_err());
    assert_eq!(nested(false).unwrap().sum::<u32>(), 3);
    assert_eq!(higher(|text| &text[1..]), 2);
    let mut wrapper = Wrapper::new(1_u32);
    assert_eq!((wrapper.next(), wrapper.next()), (Ok(0), Err("empty")));
    futures::executor::block_on(async {
        assert_eq!(constant_async::<_, 2>(&"a").await, ["a", "a"]);
        let mut items = vec![1];
        assert!(borrowed(&mut items, 1).await.is_err());
        *borrowed(&mut items, 2).await.unwrap() += 1;
        assert_eq!(items, [1, 3]);
        assert_eq!(closure(1).await(1), 2);
        assert!(nested_async(true).await.is_err());
        assert_eq!(nested_async(false).await.unwrap().unwrap().to_string(), "a");
        let [one] = wrapper.map::<_, 1>(|n| n + 1).await;
        assert_eq!(one.0, 1);
    });
}
