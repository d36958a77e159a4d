//! The letters of codes that people read, say over the telephone and type.

/// No vowels, so no words and nothing that a Vietnamese keyboard puts marks on; no D or W, which Telex rewrites; no Y.
pub const ALPHABET: &[u8; 18] = b"BCFGHJKLMNPQRSTVXZ";
