// Generic enum.
use goldsignal::Label;

#[derive(Label)]
enum L<T> { A(T) }

fn main() {}
