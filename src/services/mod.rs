//! What every use case needs: keys, hashing, limits, audit, jobs, ending access, outbound requests.

pub mod keys;
