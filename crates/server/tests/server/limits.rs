//! Requests that are too large: an answer that says so, never a wait, and the next request is answered as ever.

use crate::client::exchange;
use crate::program::{Folder, Program};

#[test]
fn a_request_that_is_too_large_is_told_so() {
    let folder = Folder::new();
    let program = Program::start(&folder, &[]);
    let ask = |request: String| exchange(program.address, request.as_bytes()).expect("an answer").status;
    let head = "Host: office.example\r\nConnection: close\r\n";
    assert_eq!(ask(format!("GET /{} HTTP/1.1\r\n{head}\r\n", "a".repeat(70_000))), 414, "the line");
    assert_eq!(ask(format!("GET / HTTP/1.1\r\n{head}{}\r\n", "X: y\r\n".repeat(200))), 431, "so many headers");
    assert_eq!(ask(format!("GET / HTTP/1.1\r\n{head}X: {}\r\n\r\n", "y".repeat(1_000_000))), 431, "such a header");
    let post = format!("POST /api/org/sign-in HTTP/1.1\r\n{head}X-Requested-With: hutong\r\nContent-Type: application/json\r\n");
    assert_eq!(ask(format!("{post}Content-Length: 2000000\r\n\r\n{}", " ".repeat(2_000_000))), 413, "the body");
    assert_eq!(ask(format!("{post}Content-Length: 2000000\r\n\r\n")), 413, "the body that is announced");
    let chunk = format!("{:x}\r\n{}\r\n", 65_536, " ".repeat(65_536));
    assert_eq!(ask(format!("{post}Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(20))), 413, "the body in pieces");
    assert_eq!(ask("nonsense\r\n\r\n".to_owned()), 400);
    assert_eq!(ask(format!("GET /healthz HTTP/1.1\r\n{head}\r\n")), 200);
    assert!(program.stop().success());
}
