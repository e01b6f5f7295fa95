// Handlers and their mounting can be inside of functions and generic over the state.
use axum::Router;
use goldsignal::{observed, routes};

fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    #[observed(get = "/inside")]
    async fn inside() {}
    routes![inside]
}

fn main() {
    let _: Router = router::<u8>().with_state(1);
    let _: Router = router::<String>().with_state(String::new());
}
