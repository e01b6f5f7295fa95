// All errors are reported at once. The function stays, so that its callers cause no further errors.
// 3 errors: each option has one.
use goldsignal::observed;

#[observed(get = "a", level = loud, buckets = [2, 1])]
async fn f() {}

async fn caller() {
    f().await;
}

fn main() {}
