// What users of `tracing` write, and works as they expect.
use goldsignal::observed;

#[derive(Debug)]
struct User {
    id: u64,
    name: String,
}

#[observed(level = debug, name = "find", fields(user.id, user.name, ?user, n = 1, flag = true, text = "a", size = list.len()))]
fn find(user: &User, list: &[u8]) -> Result<usize, String> {
    if list.is_empty() { Err(user.name.clone()) } else { Ok(list.len()) }
}

#[observed(fields(%address, ratio = 0.5, letter = %'x'))]
async fn connect(address: std::net::SocketAddr) -> std::net::SocketAddr {
    address
}

fn main() {
    let user = User { id: 1, name: String::from("a") };
    assert_eq!(find(&user, &[1]), Ok(1));
    drop(connect(([127, 0, 0, 1], 80).into()));
}
