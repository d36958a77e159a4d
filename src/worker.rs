//! Background work: jobs, sealing, purging.
