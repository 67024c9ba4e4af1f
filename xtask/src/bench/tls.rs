//! A DynamoDB endpoint that only notes when the first request arrives over HTTPS.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The roots that real functions trust too: reading them is part of a first call.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

/// A listening endpoint.
pub struct Endpoint {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    /// `https://localhost:…`
    pub url: String,
    /// File for `SSL_CERT_FILE`.
    pub roots: PathBuf,
}

impl Endpoint {
    /// Listens on a free port with a certificate made for this run.
    pub async fn listen(dir: &Path) -> Result<Self> {
        let mut authority = CertificateParams::new(Vec::new())?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &issuer)?;
        let system = fs::read_to_string(SYSTEM_ROOTS).with_context(|| format!("read {SYSTEM_ROOTS}"))?;
        let roots = dir.join("roots.pem");
        fs::write(&roots, system + &issuer.pem()).with_context(|| format!("write {}", roots.display()))?;
        let private = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
        let config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate.der().clone()], private)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("listen for DynamoDB calls")?;
        let url = format!("https://localhost:{}", listener.local_addr()?.port());
        Ok(Self { listener, acceptor: TlsAcceptor::from(Arc::new(config)), url, roots })
    }

    /// Waits for a request and says when its first bytes could be read.
    pub async fn first_request(&self) -> Result<Instant> {
        let (connection, _) = self.listener.accept().await?;
        connection.set_nodelay(true)?;
        let mut stream = self.acceptor.accept(connection).await.context("accept a TLS connection")?;
        let mut head = [0; 32];
        let count = stream.read(&mut head).await?;
        let arrived = Instant::now();
        if !head[..count].starts_with(b"POST /") {
            bail!("not a DynamoDB request: {}", String::from_utf8_lossy(&head[..count]));
        }
        Ok(arrived)
    }
}
