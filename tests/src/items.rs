//! A handler that ends as the id in its path says.

use std::fmt;

use goldsignal::Fault;

/// The error of [`find`].
#[derive(Debug, Fault)]
#[fault(response)]
pub enum Refused {
    /// A fault of the client.
    #[fault(status = 404)]
    NoSuchItem,
    /// A fault of the server.
    #[fault(status = 503)]
    Busy,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

/// The message of the panic for the item 2.
pub const PANIC: &str = "the item 2 panics";

/// Finds an item. Each test observes a handler of its own that calls this one: what a library declares would be in the catalog of
/// every test.
///
/// | id | end |
/// |---|---|
/// | 0 | fails by the client's fault |
/// | 1 | fails by the server's fault |
/// | 2 | panics |
/// | 3 | never |
/// | any other | returns its id |
///
/// # Errors
/// For the ids 0 and 1.
///
/// # Panics
/// For the id 2.
pub async fn find(id: u32) -> Result<String, Refused> {
    match id {
        0 => Err(Refused::NoSuchItem),
        1 => Err(Refused::Busy),
        2 => panic!("{PANIC}"),
        3 => std::future::pending().await,
        id => Ok(id.to_string()),
    }
}

/// Emits an event of the level `DEBUG`, as a dependency of a service might. Returns whether that is enabled.
pub fn chat() -> bool {
    tracing::debug!("a dependency chats");
    tracing::event_enabled!(tracing::Level::DEBUG)
}
