//! The throw-away sector and its three relying apps.
