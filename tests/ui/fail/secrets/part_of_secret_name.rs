// The part holds a secret, whatever the field is called.
use goldsignal::observed;

#[observed(fields(user = form.password))]
fn f(form: Form) {}

struct Form {
    password: String,
}

fn main() {}
