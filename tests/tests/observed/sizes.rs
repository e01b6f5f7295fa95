//! The future of an observed function holds each argument as often as the plain one does.
#![expect(clippy::large_types_passed_by_value, reason = "how often it is held is the question")]

use std::future::Future;

async fn tick() {
    tokio::task::yield_now().await;
}

macro_rules! both {
    ($($item:item)*) => {
        mod plain {
            use super::tick;
            $($item)*
        }
        mod observed {
            use super::tick;
            $(#[goldsignal::observed] $item)*
        }
    };
}

both! {
    pub(super) async fn held(bytes: [u8; 4096], more: [u8; 1024]) -> u8 {
        tick().await;
        bytes[1] + more[1]
    }
    pub(super) async fn let_go(bytes: [u8; 4096]) -> u8 {
        let byte = bytes[1];
        tick().await;
        byte
    }
    pub(super) async fn parts((bytes, _): ([u8; 4096], u8), [first, ..]: [u8; 512]) -> u8 {
        tick().await;
        bytes[1] + first
    }
    pub(super) async fn nothing() {
        tick().await;
    }
}

/// The bytes that observing adds to the future.
fn added(observed: &impl Future, plain: &impl Future) -> usize {
    size_of_val(observed) - size_of_val(plain)
}

#[test]
fn each_argument_is_held_as_often_as_in_the_plain_future() {
    let least = added(&observed::nothing(), &plain::nothing());
    assert!(least <= 256, "{least}");
    for more in [
        added(&observed::held([0; 4096], [0; 1024]), &plain::held([0; 4096], [0; 1024])),
        added(&observed::let_go([0; 4096]), &plain::let_go([0; 4096])),
        added(&observed::parts(([0; 4096], 0), [0; 512]), &plain::parts(([0; 4096], 0), [0; 512])),
    ] {
        assert!(more.abs_diff(least) < 16, "{more}, {least}");
    }
}

#[test]
fn observed_futures_give_what_the_plain_ones_do() {
    futures::executor::block_on(async {
        assert_eq!(observed::held([1; 4096], [2; 1024]).await, 3);
        assert_eq!(observed::let_go([1; 4096]).await, plain::let_go([1; 4096]).await);
        assert_eq!(observed::parts(([1; 4096], 0), [2; 512]).await, 3);
        observed::nothing().await;
        assert_eq!(plain::held([1; 4096], [2; 1024]).await, 3);
        assert_eq!(plain::parts(([1; 4096], 0), [2; 512]).await, 3);
        plain::nothing().await;
    });
}
