// With `#[tracing::instrument]`, in either order.
use goldsignal::observed;

#[observed(fields(id))]
#[tracing::instrument(skip_all)]
async fn inside(id: u32) -> u32 {
    tracing::info!("inside");
    id
}

#[tracing::instrument]
#[observed]
fn outside(id: u32) -> u32 {
    tracing::debug!(id, "outside");
    id
}

fn main() {
    assert_eq!(futures::executor::block_on(inside(1)), 1);
    assert_eq!(outside(2), 2);
}
