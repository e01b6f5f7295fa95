//! Accepts connections and counts failures.

use std::any::Any;
use std::net::SocketAddr;

use axum::serve::Listener;
use tokio::net::TcpListener;

use crate::expose::accept_errors::AcceptErrors;

/// Accepts a connection. Counts failures of TCP and Unix sockets; other listeners handle theirs inside.
pub(super) async fn accept<L: Listener>(
    listener: &mut L,
    errors: &AcceptErrors,
) -> (L::Io, L::Addr) {
    if let Some(tcp) = (listener as &dyn Any).downcast_ref::<TcpListener>() {
        let accepted = errors.accept_with_retry(|| tcp.accept()).await;
        if let Some(accepted) = downcast::<_, (L::Io, L::Addr)>(accepted) {
            return accepted;
        }
    }
    #[cfg(unix)]
    if let Some(unix) = (listener as &dyn Any).downcast_ref::<tokio::net::UnixListener>() {
        let accepted = errors.accept_with_retry(|| unix.accept()).await;
        if let Some(accepted) = downcast::<_, (L::Io, L::Addr)>(accepted) {
            return accepted;
        }
    }
    listener.accept().await
}

/// The address of a peer, if it is an IP address.
pub(super) fn socket_address<A: 'static>(address: &A) -> Option<SocketAddr> {
    (address as &dyn Any).downcast_ref().copied()
}

/// `value` as a `B`; `None` if it is of another type.
fn downcast<A: 'static, B: 'static>(value: A) -> Option<B> {
    (&mut Some(value) as &mut dyn Any).downcast_mut::<Option<B>>()?.take()
}
