//! goldsignal: annotate a function once.
