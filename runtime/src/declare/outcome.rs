//! How an execution ended.

use super::fault::{Blame, FaultTag};
use super::operation::Level;

/// How an observation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// As it should.
    Ok,
    /// The caller asked for something that cannot be had.
    ClientError,
    /// The service failed.
    ServerError,
    /// It failed, and it is not known whose fault that was.
    Error,
    /// It panicked.
    Panic,
    /// It was dropped before it ended: the client went away, a timeout fired, a `select!` was lost.
    Cancelled,
    /// The body broke off after the head was sent.
    Aborted,
}

impl Outcome {
    /// Every outcome, in the order of their numbers.
    pub const ALL: [Self; 7] = [
        Self::Ok,
        Self::ClientError,
        Self::ServerError,
        Self::Error,
        Self::Panic,
        Self::Cancelled,
        Self::Aborted,
    ];

    /// The label value.
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

    /// Whether the duration says how long an answer takes: not when it was cut short.
    pub const fn has_latency(self) -> bool {
        !matches!(self, Self::Cancelled | Self::Aborted)
    }

    /// Whether the service failed.
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::ServerError | Self::Error | Self::Panic)
    }

    /// The level of the closing event; `ok` is that of what ended well.
    pub const fn level(self, ok: Level) -> Level {
        match self {
            Self::Ok => ok,
            Self::ClientError | Self::Cancelled | Self::Aborted => Level::Warn,
            Self::ServerError | Self::Error | Self::Panic => Level::Error,
        }
    }

    /// What a response's status says: below 400 nothing went wrong, else [`Blame::of_status`].
    pub const fn of_status(status: u16) -> Self {
        if status < 400 { Self::Ok } else { Self::of_blame(Blame::of_status(status)) }
    }

    pub(crate) const fn of_blame(blame: Blame) -> Self {
        match blame {
            Blame::Client => Self::ClientError,
            Blame::Server => Self::ServerError,
        }
    }

    /// What a fault says: one that answers below 400 is no error.
    pub(crate) fn of_fault(fault: &FaultTag) -> Self {
        match fault.status {
            Some(status) if status < 400 => Self::Ok,
            _ => Self::of_blame(fault.blame),
        }
    }
}
