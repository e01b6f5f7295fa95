//! Tests of goldsignal from outside.
