//! Return types with generics of the block, with types that the body shadows, and of bodies that never end.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::fmt::Debug;
use std::future::Future;
use std::marker::PhantomData;

use axum::response::Html;
use goldsignal::observed;

#[derive(Debug)]
struct Missing;

struct Cache<T>(Vec<T>);

#[observed]
impl<T: Clone> Cache<T> {
    fn first(&self) -> Option<T> {
        self.0.first().cloned()
    }

    fn all(&self) -> &[T] {
        &self.0
    }

    async fn find(&self, index: usize) -> Result<&T, Missing> {
        self.0.get(index).ok_or(Missing)
    }

    fn into_pairs<U, const N: usize>(self, with: &U) -> [Option<(T, U)>; N]
    where
        U: Clone,
    {
        std::array::from_fn(|index| Some((self.0.get(index)?.clone(), with.clone())))
    }
}

impl<T: Clone> Cache<T> {
    #[observed]
    fn last(&self) -> Option<T> {
        self.0.last().cloned()
    }

    #[observed]
    fn swap<Error: Debug>(&mut self, with: T, or: Error) -> Result<T, Error> {
        let first = self.0.first_mut().ok_or(or)?;
        Ok(std::mem::replace(first, with))
    }

    #[observed]
    async fn wrapped(item: T) -> Result<Self, Box<T>> {
        Ok(Self(vec![item]))
    }
}

struct Matrix<const ROWS: usize, Unit>([u8; ROWS], PhantomData<Unit>);

impl<const ROWS: usize, Unit: Default> Matrix<ROWS, Unit> {
    #[observed]
    fn rows(&self) -> Result<[u8; ROWS], Matrix<ROWS, Unit>> {
        Ok(self.0)
    }

    #[observed]
    fn unit(&self) -> Unit {
        Unit::default()
    }

    #[observed]
    fn itself(self) -> Result<Matrix<{ ROWS }, Unit>, Unit> {
        Ok(self)
    }
}

trait Source<Key, Error> {
    type Item;

    fn get(&self, key: Key) -> Result<Self::Item, Error>;

    #[observed]
    fn get_all(&self, keys: Vec<Key>) -> Result<Vec<Self::Item>, Error> {
        keys.into_iter().map(|key| self.get(key)).collect()
    }

    #[observed]
    async fn later(&self, key: Key) -> Result<<Self as Source<Key, Error>>::Item, Error> {
        self.get(key)
    }
}

impl<Key: Into<usize>, Error> Source<Key, Error> for Cache<Error>
where
    Error: Clone,
{
    type Item = usize;

    #[observed]
    fn get(&self, key: Key) -> Result<Self::Item, Error> {
        let key = key.into();
        self.0.get(key).cloned().map_or(Ok(key), Err)
    }
}

#[observed]
fn same<'a, const N: usize>(x: &'a [u8; N]) -> &'a [u8; N] {
    x
}

#[observed]
fn page<'a>(text: &'a str, _other: &str) -> Html<&'a str> {
    Html(text)
}

#[observed]
async fn parts(text: &str) -> ([(&'static str, &str); 1], Cow<'_, str>, Result<u8, &str>) {
    ([("x-text", text)], text.into(), Err(text))
}

#[observed]
fn failed(text: &str) -> Result<Html<&str>, &str> {
    Err(text)
}

macro_rules! generic {
    ($name:ident) => { Option<$name> };
}

#[observed]
fn in_a_macro<T>(item: T) -> generic!(T) {
    Some(item)
}

type Reply = ();
#[derive(Debug, PartialEq)]
enum Kind {
    Reply,
}

#[observed]
async fn hidden_by_import(flag: bool) -> Reply {
    use Kind::*;
    if flag {
        return;
    }
    assert_eq!(Kind::Reply, Reply);
}

#[observed]
async fn hidden_by_item() -> Option<Missing> {
    #[derive(Debug)]
    enum Missing {
        Own,
    }
    let _ = format!("{:?}", Missing::Own);
    None
}

#[observed]
fn hidden_future() -> impl Future<Output = Option<Missing>> {
    struct Missing;
    let _ = Missing;
    async { None }
}

async fn tick() {
    std::future::ready(()).await;
}

#[observed]
async fn worker() {
    loop {
        tick().await;
    }
}

#[observed]
async fn fallible_worker(name: String) -> Result<(), Missing> {
    loop {
        let _ = &name;
        tick().await;
    }
}

#[observed]
async fn endless(name: String) -> ! {
    loop {
        let _ = &name;
        tick().await;
    }
}

#[observed]
fn unwritten() {
    todo!()
}

#[observed]
async fn unwritten_async() {
    unimplemented!("later")
}

#[observed]
fn exits(code: i32) -> ! {
    std::process::exit(code)
}

#[observed]
fn exits_with(name: String) -> Cache<String> {
    drop(name);
    std::process::exit(1)
}

#[observed]
fn unwritten_future() -> impl Future<Output = ()> {
    async { todo!() }
}

#[observed]
fn inner_attributes(number: u32) {
    #![allow(unused_variables)]
}

struct Worker(String);

#[observed]
impl Worker {
    async fn run(&self) {
        loop {
            tick().await;
        }
    }

    async fn run_owned(mut self) -> ! {
        self.0.clear();
        loop {
            tick().await;
        }
    }

    fn stop(self) -> ! {
        panic!("{} stopped", self.0)
    }

    async fn close(mut self) {
        tick().await;
        self.0 = String::new();
    }
}

#[observed]
fn expected(#[expect(unused_variables, reason = "not yet")] later: String, #[cfg(all())] now: String) -> usize {
    now.len()
}

fn main() {
    let mut cache = Cache(vec![1_u8]);
    assert_eq!((cache.first(), cache.last(), cache.all()), (Some(1), Some(1), &[1][..]));
    assert_eq!(cache.swap(3, "none"), Ok(1));
    assert_eq!(cache.get(7_usize), Ok(7));
    assert_eq!(cache.get_all(vec![7_usize]), Ok(vec![7]));
    assert_eq!(cache.into_pairs::<_, 2>(&'a'), [Some((3, 'a')), None]);
    let matrix = Matrix::<2, u8>([1, 2], PhantomData);
    assert_eq!((matrix.rows().ok(), matrix.unit()), (Some([1, 2]), 0));
    assert!(matrix.itself().is_ok());
    assert_eq!(same(&[1]), &[1]);
    assert_eq!((page("a", "b").0, failed("a").err()), ("a", Some("a")));
    assert_eq!(in_a_macro(1), Some(1));
    assert!(std::panic::catch_unwind(|| unwritten()).is_err());
    assert!(std::panic::catch_unwind(|| Worker("a".into()).stop()).is_err());
    inner_attributes(1);
    assert_eq!(expected("a".into(), "bc".into()), 2);
    let _: (fn(i32) -> !, fn(String) -> Cache<String>) = (exits, exits_with);
    futures::executor::block_on(async {
        let cache = Cache::wrapped(1_u8).await.unwrap_or(Cache(Vec::new()));
        assert_eq!((cache.find(0).await.ok(), cache.later(9_usize).await), (Some(&1), Ok(9)));
        assert!(cache.find(1).await.is_err());
        assert_eq!(parts("a").await.1, "a");
        hidden_by_import(true).await;
        hidden_by_import(false).await;
        assert!(hidden_by_item().await.is_none() && hidden_future().await.is_none());
        Worker("a".into()).close().await;
        drop((worker(), fallible_worker("a".into()), endless("a".into()), unwritten_async()));
        drop((Worker("a".into()).run_owned(), Worker("a".into()).run(), unwritten_future()));
    });
}
