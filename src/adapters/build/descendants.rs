//! The processes that the build left behind: found, awaited, ended (Linux: proc(5), prctl(2)
//! `PR_SET_CHILD_SUBREAPER`).
//!
//! As child subreaper this program inherits every orphan of its tree, also one that started a session
//! of its own. Elsewhere than on Linux orphans cannot be found; what is noticed there is only that
//! someone still holds the build's output open.

#[cfg(target_os = "linux")]
pub(super) use linux::Watch;
#[cfg(not(target_os = "linux"))]
pub(super) use other::Watch;

/// How stragglers are asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// SIGTERM.
    Ask,
    /// SIGKILL.
    Force,
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::io;

    use rustix::process::{Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, WaitOptions};

    use super::Ending;

    /// A process as `/proc/<pid>/stat` shows it.
    #[derive(Clone)]
    struct Process {
        parent: i32,
        zombie: bool,
        name: String,
        /// Clock ticks since boot; together with the id unique.
        started: String,
    }

    /// The view of this program's own descendants.
    pub(in super::super) struct Watch {
        /// Children that were there before; nothing of theirs is touched.
        before: BTreeSet<i32>,
    }

    impl Watch {
        /// Becomes child subreaper and notes the children that are there already.
        pub(in super::super) fn begin() -> io::Result<Self> {
            rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
            let own = own_id();
            let before = processes()?.into_iter().filter(|(_, p)| p.parent == own).map(|(id, _)| id).collect();
            Ok(Self { before })
        }

        /// Reaps ended orphans, but not `main`, whose status the caller wants.
        pub(in super::super) fn reap(&self, main: Option<u32>) {
            let main = main.and_then(|id| i32::try_from(id).ok());
            for (id, process) in self.descendants().unwrap_or_default() {
                if process.zombie && process.parent == own_id() && Some(id) != main {
                    let _ = rustix::process::waitpid(Pid::from_raw(id), WaitOptions::NOHANG);
                }
            }
        }

        /// Names and ids of the descendants alive; `None` when none is left.
        pub(in super::super) fn alive(&self) -> io::Result<Option<Vec<String>>> {
            self.reap(None);
            let alive: Vec<String> = self
                .descendants()?
                .into_iter()
                .filter(|(_, process)| !process.zombie)
                .map(|(id, process)| format!("{} (process {id})", process.name))
                .collect();
            if !alive.is_empty() {
                return Ok(Some(alive));
            }
            Ok((self.before.is_empty() && any_child()).then(Vec::new))
        }

        /// Signals every descendant alive. A refusal shows later, by the process being alive still.
        pub(in super::super) fn end(&self, how: Ending) {
            let signal = match how {
                Ending::Ask => Signal::TERM,
                Ending::Force => Signal::KILL,
            };
            for (id, process) in self.descendants().unwrap_or_default() {
                if !process.zombie {
                    signal_process(id, &process, signal);
                }
            }
        }

        fn descendants(&self) -> io::Result<BTreeMap<i32, Process>> {
            let all = processes()?;
            let mut found = BTreeMap::new();
            let mut parents = vec![own_id()];
            while let Some(parent) = parents.pop() {
                for (id, process) in all.iter().filter(|(_, process)| process.parent == parent) {
                    if !self.before.contains(id) && found.insert(*id, process.clone()).is_none() {
                        parents.push(*id);
                    }
                }
            }
            Ok(found)
        }
    }

    /// What the kernel says, in case /proc does not show everything; nothing is reaped.
    fn any_child() -> bool {
        let peek = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(rustix::process::waitid(WaitId::All, peek), Err(rustix::io::Errno::CHILD))
    }

    /// Signals through a descriptor of the process, so that a reused id is not hit.
    fn signal_process(id: i32, expected: &Process, signal: Signal) {
        let Some(pid) = Pid::from_raw(id) else { return };
        let handle = rustix::process::pidfd_open(pid, PidfdFlags::empty());
        let same = read_process(id).is_some_and(|now| now.started == expected.started);
        match handle {
            Ok(handle) if same => drop(rustix::process::pidfd_send_signal(handle, signal)),
            Err(rustix::io::Errno::NOSYS) if same => drop(rustix::process::kill_process(pid, signal)),
            _ => {}
        }
    }

    fn own_id() -> i32 {
        rustix::process::getpid().as_raw_nonzero().get()
    }

    fn processes() -> io::Result<BTreeMap<i32, Process>> {
        let mut found = BTreeMap::new();
        for entry in fs::read_dir("/proc")? {
            let id = entry?.file_name().to_str().and_then(|name| name.parse::<i32>().ok());
            if let Some((id, process)) = id.and_then(|id| Some((id, read_process(id)?))) {
                found.insert(id, process);
            }
        }
        Ok(found)
    }

    /// `None` when it is gone meanwhile.
    fn read_process(id: i32) -> Option<Process> {
        let stat = fs::read(format!("/proc/{id}/stat")).ok()?;
        parse_stat(&String::from_utf8_lossy(&stat))
    }

    /// Fields 2 (name, in parentheses, may hold any byte), 3 (state), 4 (parent), 22 (start).
    fn parse_stat(stat: &str) -> Option<Process> {
        let (_, rest) = stat.split_once('(')?;
        let (name, rest) = rest.rsplit_once(')')?;
        let mut fields = rest.split_ascii_whitespace();
        let state = fields.next()?;
        let parent = fields.next()?.parse().ok()?;
        let started = fields.nth(17)?.to_owned();
        let name = name.chars().filter(|c| !crate::model::text::is_deceptive(*c)).collect();
        Some(Process { parent, zombie: matches!(state, "Z" | "X" | "x"), name, started })
    }

    #[cfg(test)]
    mod tests {
        use super::parse_stat;

        #[test]
        fn reads_a_stat_line_whose_name_tries_to_mislead() {
            let line = "42 (a) R 1 (x) S 7 42 42 0 -1 4 0 0 0 0 0 0 0 0 20 0 1 0 9876 1 2 3\n";
            let process = parse_stat(line).expect("process");
            assert_eq!((process.parent, process.zombie, process.started.as_str()), (7, false, "9876"));
            assert_eq!(process.name, "a) R 1 (x");
            assert!(parse_stat("42 (a").is_none());
            assert!(parse_stat("42 (a) S 7").is_none());
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    use std::io;

    use super::Ending;

    /// Nothing can be seen here.
    pub(in super::super) struct Watch;

    // The interface of the Linux one.
    impl Watch {
        pub(in super::super) const fn begin() -> io::Result<Self> {
            Ok(Self)
        }

        pub(in super::super) const fn reap(&self, _main: Option<u32>) {}

        pub(in super::super) const fn alive(&self) -> io::Result<Option<Vec<String>>> {
            Ok(None)
        }

        pub(in super::super) const fn end(&self, _how: Ending) {}
    }
}
