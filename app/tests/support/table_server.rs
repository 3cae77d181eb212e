//! A table service for tests: a small server on loopback that answers as it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// Is how a question is answered.
pub enum Reply {
    /// Status and body.
    Text(u16, String),
    /// Sent elsewhere.
    Elsewhere(String),
    /// Not in time.
    Late(Duration),
}

/// Is a running server; it ends with the test's process.
pub struct TableServer {
    /// Its address.
    pub url: String,
    /// First line and body of each question.
    pub asked: Receiver<(String, String)>,
}

impl TableServer {
    /// Starts a server that answers the n-th question, from 0, as `reply` says of its first line and body.
    pub fn start(reply: impl Fn(usize, &str, &str) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (tell, asked) = channel();
        std::thread::spawn(move || {
            let mut number = 0;
            for stream in listener.incoming().flatten() {
                // Whoever hangs up early has his reason: the next one is answered all the same.
                let _ = answer(stream, &mut number, &reply, &tell);
            }
        });
        Self { url, asked }
    }
}

/// Answers the questions of one connection.
fn answer(
    stream: TcpStream,
    number: &mut usize,
    reply: &impl Fn(usize, &str, &str) -> Reply,
    tell: &Sender<(String, String)>,
) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if lines.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let mut length = 0;
        loop {
            let mut line = String::new();
            lines.read_line(&mut line)?;
            let line = line.trim().to_ascii_lowercase();
            if let Some(size) = line.strip_prefix("content-length:") {
                length = size.trim().parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        lines.read_exact(&mut body)?;
        let body = String::from_utf8(body).unwrap();
        let replied = reply(*number, first.trim(), &body);
        *number += 1;
        let _ = tell.send((first.trim().to_owned(), body));
        match replied {
            Reply::Text(status, text) => {
                let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n\r\n", text.len());
                out.write_all(head.as_bytes())?;
                out.write_all(text.as_bytes())?;
            }
            Reply::Elsewhere(to) => {
                let head = format!("HTTP/1.1 302 x\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
                out.write_all(head.as_bytes())?;
            }
            Reply::Late(wait) => {
                std::thread::sleep(wait);
                return Ok(());
            }
        }
    }
}
