//! HTTPS without a proxy: a certificate from files, or one made here, and what shakes hands with it.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use nix::unistd::gethostname;
use rcgen::{CertificateParams, DnType, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

use crate::failure::Failure;

/// Where a certificate made here is kept, in the data directory.
const OWN_FOLDER: &str = "tls";
const OWNER_ONLY: u32 = 0o600;

/// Where the certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TlsSource {
    /// PEM files, as a certificate authority hands them out.
    Files { certificate: PathBuf, key: PathBuf },
    /// Made at the first start; browsers warn until somebody trusts it.
    SelfSigned,
}

impl TlsSource {
    /// The files to read; a certificate that signs itself is made here if there is none yet.
    ///
    /// # Errors
    /// When it cannot be made or written.
    pub(crate) fn files(&self, data: &Path, addresses: &[IpAddr]) -> Result<TlsFiles, Failure> {
        match self {
            TlsSource::Files { certificate, key } => Ok(TlsFiles { certificate: certificate.clone(), key: key.clone() }),
            TlsSource::SelfSigned => self_signed(data, addresses),
        }
    }
}

/// A certificate with its chain, and its key.
#[derive(Clone, Debug)]
pub(crate) struct TlsFiles {
    certificate: PathBuf,
    key: PathBuf,
}

impl TlsFiles {
    fn read(&self) -> Result<CertifiedKey, Failure> {
        let wrong = |path: &Path, error: &dyn std::fmt::Display| Failure::new(format!("{}: {error}", path.display()));
        let chain = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| wrong(&self.certificate, &error))?;
        if chain.is_empty() {
            return Err(wrong(&self.certificate, &"no certificate in this file"));
        }
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|error| wrong(&self.key, &error))?;
        CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()).map_err(|error| wrong(&self.certificate, &error))
    }
}

fn self_signed(data: &Path, addresses: &[IpAddr]) -> Result<TlsFiles, Failure> {
    let folder = data.join(OWN_FOLDER);
    let files = TlsFiles { certificate: folder.join("certificate.pem"), key: folder.join("key.pem") };
    if files.certificate.exists() && files.key.exists() {
        return Ok(files);
    }
    let host = gethostname().ok().and_then(|name| name.into_string().ok());
    let names = ["localhost".to_owned()].into_iter().chain(host).chain(addresses.iter().map(IpAddr::to_string));
    let mut params = CertificateParams::new(names.collect::<Vec<_>>())?;
    params.distinguished_name.push(DnType::CommonName, "Hutong");
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    fs::create_dir_all(&folder)?;
    // The key first: a certificate without its key would never be made again.
    write_new(&files.key, &key.serialize_pem())?;
    write_new(&files.certificate, &certificate.pem())?;
    Ok(files)
}

fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let opened = OpenOptions::new().write(true).create(true).truncate(true).mode(OWNER_ONLY).open(path);
    opened
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))
}

/// The certificate in force; another can take its place while connections go on.
#[derive(Debug)]
pub(crate) struct Certificate {
    files: TlsFiles,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Certificate {
    /// Reads the files.
    ///
    /// # Errors
    /// When a file is missing or wrong, or the key is another certificate's.
    pub(crate) fn load(files: TlsFiles) -> Result<Arc<Certificate>, Failure> {
        let current = RwLock::new(Arc::new(files.read()?));
        Ok(Arc::new(Certificate { files, current }))
    }

    /// Reads the files again, after they were renewed; if they are wrong, the old certificate stays.
    pub(crate) fn reload(&self) {
        match self.files.read() {
            Ok(renewed) => {
                *self.current.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(renewed);
                tracing::info!("the TLS certificate was read again");
            }
            Err(failure) => tracing::error!(%failure, "the TLS certificate was not renewed; the old one stays"),
        }
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone())
    }
}

/// What shakes hands with clients.
///
/// # Errors
/// When the library offers no version of TLS that it holds safe.
pub(crate) fn acceptor(certificate: Arc<Certificate>) -> Result<TlsAcceptor, Failure> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(certificate);
    // WebSockets are spoken over HTTP/1.1.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("hutong-tls-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("made");
        folder
    }

    #[test]
    fn a_certificate_is_made_once_and_its_key_is_for_its_owner_only() {
        let data = folder("made");
        let files = TlsSource::SelfSigned.files(&data, &[IpAddr::from([10, 0, 0, 1])]).expect("made");
        let first = fs::read_to_string(&files.certificate).expect("there");
        TlsSource::SelfSigned.files(&data, &[]).expect("kept");
        assert_eq!(fs::read_to_string(&files.certificate).expect("there"), first);
        assert_eq!(fs::metadata(&files.key).expect("there").permissions().mode() & 0o777, OWNER_ONLY);
        files.read().expect("the key is the certificate's");
        fs::remove_dir_all(&data).expect("removed");
    }

    #[test]
    fn a_key_of_another_certificate_is_refused_and_a_wrong_renewal_changes_nothing() {
        let (mine, other) = (folder("mine"), folder("other"));
        let files = TlsSource::SelfSigned.files(&mine, &[]).expect("made");
        let others = TlsSource::SelfSigned.files(&other, &[]).expect("made");
        let mixed = TlsFiles { certificate: files.certificate.clone(), key: others.key.clone() };
        assert!(Certificate::load(mixed).is_err());

        let certificate = Certificate::load(files.clone()).expect("sound");
        let before = certificate.current.read().expect("whole").cert.clone();
        fs::copy(&others.key, &files.key).expect("copied");
        certificate.reload();
        assert_eq!(certificate.current.read().expect("whole").cert, before);
        fs::copy(&others.certificate, &files.certificate).expect("copied");
        certificate.reload();
        assert_ne!(certificate.current.read().expect("whole").cert, before);
        for folder in [mine, other] {
            fs::remove_dir_all(folder).expect("removed");
        }
    }
}
