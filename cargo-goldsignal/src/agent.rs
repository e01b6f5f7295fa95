//! How servers are asked.

use ureq::Agent;

/// Trusts whom the machine trusts, as a browser does.
#[cfg(feature = "tls")]
pub(crate) fn new() -> Agent {
    use std::sync::Arc;

    use ureq::tls::{RootCerts, TlsConfig};

    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        // That of goldsignal's feature `otlp-tls`: with two of them in one program, rustls would choose none.
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .build();
    Agent::config_builder().tls_config(tls).build().into()
}

#[cfg(not(feature = "tls"))]
pub(crate) fn new() -> Agent {
    Agent::new_with_defaults()
}
