//! Whether a file is harmful, asked of a scanner that whoever runs the machine has installed: a command, or a daemon that
//! speaks as ClamAV's does. Without one every file counts as clean.

use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::error::{Error, Result};
use crate::program::{Ran, run};

/// Bytes sent to the daemon at a time.
const CHUNK_BYTES: usize = 65_536;
/// Bytes of the daemon's answer.
const ANSWER_BYTES_MAX: u64 = 4_096;

/// The scanner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scanner {
    /// There is none.
    #[default]
    None,
    /// A command that is given the file as its last argument and ends with 0 when it is clean, with 1 when it is harmful.
    Command(String),
    /// The address of a daemon, such as `127.0.0.1:3310`.
    Clamd(String),
}

/// What a scanner says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// Something was.
    Infected,
}

impl Scanner {
    /// Whether files are looked at.
    pub fn is_on(&self) -> bool {
        match self {
            Scanner::None => false,
            Scanner::Command(_) | Scanner::Clamd(_) => true,
        }
    }

    /// Looks at a file. A scanner that does not answer is an error: nobody knows then.
    pub async fn scan(&self, file: &Path, within: Duration) -> Result<Verdict> {
        match self {
            Scanner::None => Ok(Verdict::Clean),
            Scanner::Command(line) => by_command(line, file, within).await,
            Scanner::Clamd(address) => {
                let asked = tokio::time::timeout(within, by_daemon(address, file)).await;
                let answer = asked.map_err(|e| Error::internal("scanning a file", e))?;
                answer.map_err(|e| Error::internal("scanning a file", e)).and_then(|answer| verdict(&answer))
            }
        }
    }
}

async fn by_command(line: &str, file: &Path, within: Duration) -> Result<Verdict> {
    let file = file.display().to_string();
    let mut words = line.split_whitespace();
    let program = words.next().unwrap_or_default();
    let arguments: Vec<&str> = words.chain([file.as_str()]).collect();
    match run(program, &arguments, ANSWER_BYTES_MAX, within).await? {
        Ran::Ended { code: Some(0), .. } => Ok(Verdict::Clean),
        Ran::Ended { code: Some(1), .. } => Ok(Verdict::Infected),
        other => Err(Error::internal("scanning a file", format!("{program}: {other:?}"))),
    }
}

async fn by_daemon(address: &str, file: &Path) -> std::io::Result<String> {
    let mut file = tokio::fs::File::open(file).await?;
    let mut daemon = TcpStream::connect(address).await?;
    daemon.write_all(b"zINSTREAM\0").await?;
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = file.read(&mut chunk).await?;
        daemon.write_all(&u32::try_from(read).unwrap_or(0).to_be_bytes()).await?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        daemon.write_all(bytes).await?;
    }
    daemon.flush().await?;
    let mut answer = Vec::new();
    daemon.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).trim_end_matches(['\0', '\n']).to_owned())
}

fn verdict(answer: &str) -> Result<Verdict> {
    match answer {
        answer if answer.ends_with(" FOUND") => Ok(Verdict::Infected),
        answer if answer.ends_with(": OK") => Ok(Verdict::Clean),
        answer => Err(Error::internal("scanning a file", format!("the daemon said {answer:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_answer_is_one() {
        assert!(matches!(verdict("stream: OK"), Ok(Verdict::Clean)));
        assert!(matches!(verdict("stream: Eicar-Signature FOUND"), Ok(Verdict::Infected)));
        assert!(verdict("INSTREAM size limit exceeded. ERROR").is_err() && verdict("").is_err());
    }

    #[tokio::test]
    async fn a_daemon_is_sent_the_file_and_believed() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let folder = std::env::temp_dir().join(format!("scan_{}", std::process::id()));
        std::fs::write(&folder, b"harmless").expect("a file");
        let daemon = async {
            let (mut socket, _) = listener.accept().await.expect("a caller");
            let mut heard = vec![0; 10 + 4 + 8 + 4];
            socket.read_exact(&mut heard).await.expect("the file");
            assert_eq!(heard, b"zINSTREAM\0\0\0\0\x08harmless\0\0\0\0");
            socket.write_all(b"stream: Test FOUND\0").await.expect("an answer");
        };
        let scanner = Scanner::Clamd(address);
        let (verdict, ()) = tokio::join!(scanner.scan(&folder, Duration::from_secs(5)), daemon);
        assert_eq!(verdict.expect("an answer"), Verdict::Infected);
        std::fs::remove_file(&folder).expect("it goes");
    }
}
