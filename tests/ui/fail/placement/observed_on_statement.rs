// A statement is not called.
fn main() {
    #[goldsignal::observed]
    let _x = 1;
}
