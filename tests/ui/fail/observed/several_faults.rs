// All faults are told at once, and the function stays.
use goldsignal::observed;

#[observed(get = "a", level = loud, buckets = [2, 1])]
async fn f() {}

async fn caller() {
    f().await;
}

fn main() {}
