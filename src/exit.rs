//! Exit codes: the only ones, and what each means (`docs/exit-codes.md` has the same table).

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitStatus {
    /// Done, or verdict PASSED.
    Done = 0,
    /// A verdict was reached and it is not PASSED.
    NotPassed = 1,
    /// Usage, policy or trust-file error; nothing was judged.
    Usage = 2,
    /// Input missing, unreadable or malformed; a refused recording; a failed build.
    Input = 3,
    /// A remote service refused or was out of reach; safe to retry.
    Remote = 4,
    /// Internal error.
    Internal = 70,
}

impl ExitStatus {
    /// Every status with its meaning, in order.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Done, "done, or verdict PASSED"),
        (
            Self::NotPassed,
            "a verdict was reached and it is not PASSED (FAILED, REJECTED, WITHDRAWN, or people still pending)",
        ),
        (Self::Usage, "usage, policy or trust-file error; nothing was judged"),
        (Self::Input, "input missing, unreadable or malformed; a refused recording; a failed build"),
        (Self::Remote, "a remote service refused or was out of reach; safe to retry"),
        (Self::Internal, "internal error"),
    ];

    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<ExitStatus> for std::process::ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}
