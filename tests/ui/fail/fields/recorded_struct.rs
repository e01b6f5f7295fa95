// A struct is no field, nor is it one at run time.
struct User {
    id: u64,
}

fn main() {
    goldsignal::current().record("user", User { id: 1 });
}
