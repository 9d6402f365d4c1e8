//! HTTPS without a proxy.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::program::{Folder, Program};

/// Asks over TLS, trusting nothing but the certificate in the data directory.
fn ask(program: &Program, folder: &Folder, path: &str) -> String {
    let certificate = CertificateDer::from_pem_file(folder.path().join("data/tls/certificate.pem")).expect("a certificate");
    let mut roots = RootCertStore::empty();
    roots.add(certificate).expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = ClientConnection::new(Arc::new(config), "localhost".try_into().expect("a name")).expect("a client");
    let mut stream = StreamOwned::new(client, TcpStream::connect(program.address).expect("connected"));
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    answer
}

#[test]
fn strangers_who_do_not_shake_hands_delay_nobody() {
    let folder = Folder::new();
    let mut program = Program::start(&folder, &["--tls-self-signed"]);
    assert!(program.next_line().contains("https://localhost:"), "the set-up link is encrypted too");
    let silent: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(program.address).expect("connected")).collect();
    let mut plain = TcpStream::connect(program.address).expect("connected");
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("sent");

    let answer = ask(&program, &folder, "/api/office");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(silent);
}

#[test]
fn a_certificate_without_its_key_is_a_complaint() {
    let folder = Folder::new();
    let certificate = folder.path().join("missing.pem");
    let mut command = crate::program::hutong(&["serve", "--listen", "127.0.0.1:0", "--media-udp", "0", "--media-tcp", "0", "--data"]);
    command.arg(folder.path().join("data")).arg("--tls-certificate").arg(&certificate).arg("--tls-key").arg(&certificate);
    let words = crate::program::complaint(&mut command);
    assert!(words.contains("missing.pem"), "{words}");
}
