//! Outcomes: how executions end.

use super::fault::{Blame, FaultTag};
use super::operation::Level;

/// The outcome of an observation: of a request or a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// It ended well.
    Ok,
    /// It failed by the client's fault.
    ClientError,
    /// It failed by the service's fault.
    ServerError,
    /// It failed, and nothing shows whose fault it was.
    Error,
    /// It panicked.
    Panic,
    /// It was dropped before it ended, because the client disconnected, a timeout elapsed, or another branch of a
    /// `select!` was faster.
    Cancelled,
    /// The response's body was not sent completely, after the head was sent.
    Aborted,
}

impl Outcome {
    /// All outcomes, in the order of their discriminants.
    pub const ALL: [Self; 7] = [
        Self::Ok,
        Self::ClientError,
        Self::ServerError,
        Self::Error,
        Self::Panic,
        Self::Cancelled,
        Self::Aborted,
    ];

    /// The value of the label `outcome`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::ClientError => "client_error",
            Self::ServerError => "server_error",
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Cancelled => "cancelled",
            Self::Aborted => "aborted",
        }
    }

    /// Whether the duration is a latency, which that of a cancelled or aborted execution is not.
    pub const fn has_latency(self) -> bool {
        !matches!(self, Self::Cancelled | Self::Aborted)
    }

    /// Whether the service failed, as opposed to the client.
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::ServerError | Self::Error | Self::Panic)
    }

    /// The level of the closing event. `ok` is the level for [`Ok`](Self::Ok).
    pub const fn level(self, ok: Level) -> Level {
        match self {
            Self::Ok => ok,
            Self::ClientError | Self::Cancelled | Self::Aborted => Level::Warn,
            Self::ServerError | Self::Error | Self::Panic => Level::Error,
        }
    }

    /// The outcome of a response with this status: `Ok` below 400, else as [`Blame::of_status`] decides.
    pub const fn of_status(status: u16) -> Self {
        if status < 400 { Self::Ok } else { Self::of_blame(Blame::of_status(status)) }
    }

    pub(crate) const fn of_blame(blame: Blame) -> Self {
        match blame {
            Blame::Client => Self::ClientError,
            Blame::Server => Self::ServerError,
        }
    }

    /// The outcome of a fault. One with a status below 400 is not an error.
    pub(crate) fn of_fault(fault: &FaultTag) -> Self {
        match fault.status {
            Some(status) if status < 400 => Self::Ok,
            _ => Self::of_blame(fault.blame),
        }
    }
}
