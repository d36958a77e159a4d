//! Languages: Vietnamese first, English complete.
