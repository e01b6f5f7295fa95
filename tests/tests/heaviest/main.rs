//! The heaviest keys: how well they are found, and where they are shown.

mod accuracy;
mod shown;
