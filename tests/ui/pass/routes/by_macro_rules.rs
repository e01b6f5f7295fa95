// Attributes and mounting work inside of a macro of the user.
use goldsignal::{observed, routes};

macro_rules! handler {
    ($name:ident, $path:literal, $text:expr) => {
        #[observed(get = $path)]
        async fn $name() -> &'static str {
            $text
        }
    };
}

handler!(first, "/first", "1");
handler!(second, "/second", "2");

macro_rules! mounted {
    ($($handler:path),*) => {
        routes![$($handler),*]
    };
}

fn main() {
    let _: axum::Router = mounted![first, second];
}
