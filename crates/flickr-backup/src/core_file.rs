//! Keeps the memory of the program, which holds secrets, out of core files and out of the sight of other programs.
//!
//! Both are asked of the system once, before any secret is read. A system that refuses takes nothing from a backup, so
//! that a refusal is no error.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// From now on a crash leaves no core file, and on Linux no program of the same person's reads this one's memory or
/// environment (`PR_SET_DUMPABLE`). A browser that is started may still leave its own.
pub(crate) fn forbid() {
    setrlimit(Resource::Core, Rlimit { current: Some(0), ..getrlimit(Resource::Core) }).unwrap_or_default();
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
        .unwrap_or_default();
}
