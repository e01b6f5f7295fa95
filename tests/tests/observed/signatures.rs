//! What the catalog has about the ends of a function, however its return type is written.

use goldsignal::{Fault, observed};

#[derive(Debug, Fault)]
pub(super) enum Gone {
    #[fault(status = 410)]
    Expired,
}

type Reply = Result<u8, Gone>;

struct Cache<T>(T);

impl<T: Clone, Gone2> Cache<(T, Gone2)> {
    #[observed(name = "signatures.concrete")]
    fn concrete(&self) -> Result<T, Gone> {
        Ok(self.0.0.clone())
    }

    #[observed(name = "signatures.generic")]
    fn generic(self) -> Result<T, Gone2> {
        Err(self.0.1)
    }

    #[observed(name = "signatures.alias")]
    fn alias() -> Reply {
        Err(Gone::Expired)
    }
}

#[observed]
impl<T: Clone> Cache<T> {
    #[observed(name = "signatures.block")]
    fn block(&self) -> Result<T, Gone> {
        Ok(self.0.clone())
    }
}

#[observed(name = "signatures.within")]
async fn within<'a, T>(item: &'a T) -> Result<&'a T, Gone> {
    struct Gone;
    let _ = Gone;
    Ok(item)
}

#[test]
fn faults_are_known_wherever_the_error_can_be_named() {
    let catalog = goldsignal::declare::catalog::Catalog::linked();
    let faults = |name: &str| -> Vec<&str> {
        let found = catalog.operations.iter().find(|operation| operation.name == name);
        found.unwrap().faults().iter().map(|fault| fault.error_type).collect()
    };
    assert_eq!(faults("signatures.concrete"), ["expired"]);
    assert_eq!(faults("signatures.generic"), [""; 0]);
    assert_eq!(faults("signatures.alias"), ["expired"]);
    assert_eq!(faults("signatures.block"), ["expired"]);
    assert_eq!(faults("signatures.within"), ["expired"]);
    assert_eq!(Cache((1, 2)).concrete().ok(), Some(1));
    assert_eq!(Cache((1, 2)).generic(), Err(2));
    assert!(Cache::<(u8, u8)>::alias().is_err());
    assert_eq!(Cache(1).block().ok(), Some(1));
    assert_eq!(futures::executor::block_on(within(&1)).ok(), Some(&1));
}
