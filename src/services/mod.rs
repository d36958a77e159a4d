//! What every use case needs: keys, hashing, limits, audit, jobs, outbound requests.
