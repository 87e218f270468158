//! An SSH agent as a signer: a client of two requests (draft-ietf-sshm-ssh-agent, sections 3.5 and 3.6).
//!
//! The agent is a foreign process: sizes and counts are bounded and every exchange has a deadline.
//! What it signs is verified by the caller.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::model::hint::Hint;

/// Largest message that is read, in bytes; the limit of OpenSSH's own client.
pub const MAX_MESSAGE: usize = 256 * 1024;

const FAILURE: u8 = 5;
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;

/// How long an agent may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the list of keys.
    pub list: Duration,
    /// For a signature; the agent may be asking a person.
    pub sign: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { list: Duration::from_secs(10), sign: Duration::from_secs(120) }
    }
}

/// A key that an agent offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Public key blob (RFC 4253 section 6.6).
    pub blob: Vec<u8>,
    /// The agent's comment; foreign text.
    pub comment: String,
}

/// Why the agent did not help.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// No address.
    #[error("no SSH agent is known: SSH_AUTH_SOCK is not set")]
    NoAddress,
    /// The platform has no Unix sockets here.
    #[error("SSH agents are reached on Unix only")]
    Platform,
    /// Nobody listens, or the connection broke.
    #[error("SSH agent at {address} cannot be reached: {source}")]
    Connection {
        /// The socket.
        address: String,
        /// Reason.
        source: io::Error,
    },
    /// Too slow.
    #[error("SSH agent did not answer within {seconds} seconds")]
    Timeout {
        /// Seconds waited.
        seconds: u64,
    },
    /// Ended in the middle.
    #[error("SSH agent closed the connection before its answer was complete")]
    Truncated,
    /// Longer than any answer.
    #[error("SSH agent announced an answer of {got} bytes (expected at most {MAX_MESSAGE})")]
    TooLarge {
        /// Announced size in bytes.
        got: usize,
    },
    /// `SSH_AGENT_FAILURE`.
    #[error("SSH agent refused the request")]
    Refused,
    /// Not the answer of the protocol.
    #[error("SSH agent sent a malformed answer ({0})")]
    Malformed(&'static str),
}

impl Hint for AgentError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::NoAddress | Self::Connection { .. } => {
                Some("Start an agent with ssh-agent and add the key with ssh-add, or name the private key file".into())
            }
            Self::Platform => Some("Name the private key file with --key".into()),
            Self::Timeout { .. } | Self::Refused => Some("Look for a confirmation that the agent is asking for".into()),
            Self::Truncated | Self::TooLarge { .. } | Self::Malformed(_) => None,
        }
    }
}

/// The address of an agent.
#[derive(Debug, Clone)]
pub struct SshAgent {
    socket: PathBuf,
    patience: Patience,
}

impl SshAgent {
    /// The agent that `SSH_AUTH_SOCK` names.
    ///
    /// # Errors
    /// [`AgentError::NoAddress`].
    pub fn from_environment() -> Result<Self, AgentError> {
        let socket = std::env::var_os("SSH_AUTH_SOCK").filter(|path| !path.is_empty()).ok_or(AgentError::NoAddress)?;
        Ok(Self::at(PathBuf::from(socket), Patience::default()))
    }

    /// The agent at this socket.
    #[must_use]
    pub const fn at(socket: PathBuf, patience: Patience) -> Self {
        Self { socket, patience }
    }

    /// The keys that the agent offers.
    ///
    /// # Errors
    /// [`AgentError`].
    pub fn identities(&self) -> Result<Vec<Identity>, AgentError> {
        let answer = self.exchange(&[REQUEST_IDENTITIES], self.patience.list)?;
        let mut reader = Reader(body(&answer, IDENTITIES_ANSWER)?);
        let count = reader.number()?;
        let mut identities = Vec::new();
        for _ in 0..count {
            // Each round takes at least eight bytes, so that the message size bounds the count.
            let blob = reader.string()?.to_vec();
            let comment = String::from_utf8_lossy(reader.string()?).into_owned();
            identities.push(Identity { blob, comment });
        }
        reader.end()?;
        Ok(identities)
    }

    /// Has the agent sign `data`; the answer is an SSH signature blob (RFC 4253 section 6.6), unverified.
    ///
    /// # Errors
    /// [`AgentError`].
    pub fn sign(&self, blob: &[u8], data: &[u8]) -> Result<Vec<u8>, AgentError> {
        let mut request = vec![SIGN_REQUEST];
        for part in [blob, data] {
            let length = u32::try_from(part.len()).map_err(|_| AgentError::TooLarge { got: part.len() })?;
            request.extend_from_slice(&length.to_be_bytes());
            request.extend_from_slice(part);
        }
        request.extend_from_slice(&0_u32.to_be_bytes());
        let answer = self.exchange(&request, self.patience.sign)?;
        let mut reader = Reader(body(&answer, SIGN_RESPONSE)?);
        let signature = reader.string()?.to_vec();
        reader.end()?;
        Ok(signature)
    }

    #[cfg(unix)]
    fn exchange(&self, request: &[u8], wait: Duration) -> Result<Vec<u8>, AgentError> {
        connection::exchange(&self.socket, request, wait)
    }

    #[cfg(not(unix))]
    fn exchange(&self, _: &[u8], _: Duration) -> Result<Vec<u8>, AgentError> {
        let _ = &self.socket;
        Err(AgentError::Platform)
    }
}

fn body(answer: &[u8], expected: u8) -> Result<&[u8], AgentError> {
    match answer.split_first() {
        Some((&kind, body)) if kind == expected => Ok(body),
        Some((&FAILURE, _)) => Err(AgentError::Refused),
        Some(_) => Err(AgentError::Malformed("unexpected message type")),
        None => Err(AgentError::Malformed("empty message")),
    }
}

/// The `uint32` and `string` of RFC 4251 section 5.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Result<u32, AgentError> {
        let (head, rest) = self.0.split_first_chunk::<4>().ok_or(AgentError::Malformed("a number is cut off"))?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*head))
    }

    fn string(&mut self) -> Result<&'a [u8], AgentError> {
        let cut = AgentError::Malformed("a string is cut off");
        let Ok(length) = usize::try_from(self.number()?) else { return Err(cut) };
        let (head, rest) = self.0.split_at_checked(length).ok_or(cut)?;
        self.0 = rest;
        Ok(head)
    }

    fn end(&self) -> Result<(), AgentError> {
        if self.0.is_empty() { Ok(()) } else { Err(AgentError::Malformed("trailing bytes")) }
    }
}

#[cfg(unix)]
mod connection {
    use std::io::{self, Read, Write};
    use std::os::unix::net::UnixStream;
    use std::path::Path;
    use std::sync::mpsc;
    use std::time::{Duration, Instant};

    use super::{AgentError, MAX_MESSAGE};

    pub(super) fn exchange(socket: &Path, request: &[u8], wait: Duration) -> Result<Vec<u8>, AgentError> {
        let mut line = Line { deadline: Instant::now() + wait, wait, stream: connect(socket, wait)?, socket };
        let length = u32::try_from(request.len()).map_err(|_| AgentError::TooLarge { got: request.len() })?;
        line.write(&length.to_be_bytes())?;
        line.write(request)?;
        let mut head = [0; 4];
        line.read(&mut head)?;
        let size = usize::try_from(u32::from_be_bytes(head)).unwrap_or(usize::MAX);
        if size > MAX_MESSAGE {
            return Err(AgentError::TooLarge { got: size });
        }
        let mut answer = vec![0; size];
        line.read(&mut answer)?;
        Ok(answer)
    }

    /// A listener whose queue is full makes `connect` block, and std has no deadline for it; hence the thread.
    fn connect(socket: &Path, wait: Duration) -> Result<UnixStream, AgentError> {
        let (sender, receiver) = mpsc::channel();
        let path = socket.to_path_buf();
        std::thread::spawn(move || sender.send(UnixStream::connect(path)));
        let connected = receiver.recv_timeout(wait).map_err(|_| AgentError::Timeout { seconds: wait.as_secs() })?;
        connected.map_err(|source| AgentError::Connection { address: socket.display().to_string(), source })
    }

    struct Line<'a> {
        stream: UnixStream,
        deadline: Instant,
        wait: Duration,
        socket: &'a Path,
    }

    impl Line<'_> {
        /// Time left; dripping single bytes does not buy an agent more of it.
        fn left(&self) -> Result<Duration, AgentError> {
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() { Err(self.timeout()) } else { Ok(left) }
        }

        const fn timeout(&self) -> AgentError {
            AgentError::Timeout { seconds: self.wait.as_secs() }
        }

        fn failed(&self, source: io::Error) -> AgentError {
            match source.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => self.timeout(),
                _ => AgentError::Connection { address: self.socket.display().to_string(), source },
            }
        }

        fn write(&mut self, bytes: &[u8]) -> Result<(), AgentError> {
            let left = self.left()?;
            self.stream.set_write_timeout(Some(left)).map_err(|error| self.failed(error))?;
            self.stream.write_all(bytes).map_err(|error| self.failed(error))
        }

        fn read(&mut self, buffer: &mut [u8]) -> Result<(), AgentError> {
            let mut filled = 0;
            while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
                let left = self.left()?;
                self.stream.set_read_timeout(Some(left)).map_err(|error| self.failed(error))?;
                match self.stream.read(rest) {
                    Ok(0) => return Err(AgentError::Truncated),
                    Ok(count) => filled += count,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(self.failed(error)),
                }
            }
            Ok(())
        }
    }
}
