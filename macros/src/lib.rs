//! The attribute macros and derives of goldsignal.
