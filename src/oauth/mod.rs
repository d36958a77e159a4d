//! Use cases of the OAuth and OpenID Connect endpoints.
