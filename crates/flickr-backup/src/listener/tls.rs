//! TLS with a throw-away certificate, for the `https://` into which Flickr turns the callback.
//!
//! The key is made anew for each sign-in and lives in memory only. Nobody vouches for the certificate, so
//! the browser warns; the person may go on past the warning, or paste the address into the terminal. Its
//! dates are fixed, since only the network's door reads the clock: they must hold today, and nothing relies
//! on them. The serial number comes from the key, because Firefox refuses two certificates of one issuer
//! with the same number and offers no way past that.

use std::io;
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, date_time_ymd};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Makes a key and a certificate for localhost, 127.0.0.1 and \[::1\], and what answers a TLS hello with
/// them.
pub(super) fn throw_away_acceptor() -> io::Result<TlsAcceptor> {
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let certificate = certificate_params()
        .and_then(|certificate| certificate.self_signed(&key))
        .map_err(io::Error::other)?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;

    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|config| {
            config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key)
        })
        .map_err(io::Error::other)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn certificate_params() -> Result<CertificateParams, rcgen::Error> {
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut params = CertificateParams::new(names)?;
    params.not_before = date_time_ymd(2024, 1, 1);
    params.not_after = date_time_ymd(2124, 1, 1);
    params.distinguished_name.push(DnType::CommonName, "flickr-backup sign-in on this computer");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}
