//! The compiler reports an unused observed function, and unused code in its body, as in a plain function.
//! 21 errors: each lint has one.
//! long underline: the lint shows the whole call.
#![deny(warnings, dead_code)]

use goldsignal::observed;

#[observed]
fn unused() {}

#[observed]
async fn unused_async() {}

#[observed(get = "/")]
async fn not_mounted() {}

struct Store;

#[observed]
impl Store {
    fn unused_method(&self) {}
}

impl Store {
    #[observed]
    async fn unused_async_method(self) {}
}

#[observed]
fn arguments(first: u32, mut second: String, (third, _): (String, u32)) -> u32 {
    let mut fourth = 4;
    return 5;
    fourth
}

#[observed]
async fn arguments_async(first: u32, mut second: String, (third, _): (String, u32)) {
    fallible();
    let fourth = 4;
}

#[observed]
#[must_use]
fn needed() -> u32 {
    1
}

#[observed]
#[must_use]
async fn needed_async() -> u32 {
    1
}

fn fallible() -> Result<(), Store> {
    Ok(())
}

fn main() {
    arguments(1, String::new(), (String::new(), 1));
    needed();
    arguments_async(1, String::new(), (String::new(), 1));
    let _ = async {
        needed_async().await;
    };
}
