//! Rosters from files: readers, plan, apply.
