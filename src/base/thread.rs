//! Threads that stand back for whoever waits.

/// How far: a tenth of the share of others, while others have work.
const NICE: i32 = 10;

/// Lowers this thread's priority, and that of the threads that it starts: hashing and bulk work give way to the rest of the
/// program, and neither to the other. Elsewhere than on Linux it would be the whole process's. Where it is refused, the work
/// is done as well, only less politely.
pub fn step_back() {
    if cfg!(target_os = "linux") {
        let _ = rustix::process::setpriority_process(None, NICE);
    }
}
