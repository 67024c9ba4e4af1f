//! `cargo xtask token`, and the development issuer behind it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use clap::{Args, ValueEnum};
use jsonwebtoken::{EncodingKey, Header};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::stack::{AUDIENCE, Deployment, ISSUER, Secrets, repository};

/// Options of `token`.
#[derive(Args)]
pub struct Token {
    /// Who the token is for.
    #[arg(long, value_enum, default_value = "SUPER_ADMIN")]
    role: Role,
    /// How long it is valid, such as 90s, 30m or 12h.
    #[arg(long, default_value = "12h", value_parser = lifetime)]
    ttl: Duration,
    /// How it is signed.
    #[arg(long, value_enum, default_value = "HS256", ignore_case = true)]
    alg: Algorithm,
    /// Whom it names (`sub`).
    #[arg(long, default_value = "development")]
    sub: String,
    /// State directory of the stack that is to accept it.
    #[arg(long, default_value = ".local")]
    dir: PathBuf,
}

/// The roles of access tokens.
#[derive(ValueEnum, Clone, Copy, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    SuperAdmin,
    InfluenceAdmin,
    MapAdmin,
    User,
}

/// Signatures that the local stack accepts.
#[derive(ValueEnum, Clone, Copy)]
#[value(rename_all = "UPPERCASE")]
pub enum Algorithm {
    /// With the secret that the stack generated.
    Hs256,
    /// With the development issuer's key, published at `/.well-known/jwks.json`.
    Es256,
}

impl Token {
    /// Prints the token.
    pub fn run(self) -> Result<()> {
        let issuer = Issuer::of_stack(&repository()?.join(&self.dir))?;
        println!("{}", issuer.token(self.role, &self.sub, self.ttl, self.alg)?);
        Ok(())
    }
}

/// Issues access tokens that a local stack accepts.
pub struct Issuer {
    hs256_secret: String,
    es256_pem: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    role: Role,
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl Issuer {
    /// The issuer of the stack with its state in `dir`.
    pub fn of_stack(dir: &Path) -> Result<Self> {
        let deployment = Deployment::load(dir)?;
        let key = Secrets::load_or_make(dir)?.es256_private_key;
        let es256_pem = fs::read_to_string(&key).with_context(|| format!("read {}", key.display()))?;
        Ok(Self { hs256_secret: deployment.access_token_secret, es256_pem })
    }

    /// A token for `role` that is valid from now on.
    pub fn token(&self, role: Role, sub: &str, ttl: Duration, algorithm: Algorithm) -> Result<String> {
        let now = jiff::Timestamp::now().as_second();
        let exp = now + i64::try_from(ttl.as_secs())?;
        let claims = Claims { sub, role, iss: ISSUER, aud: AUDIENCE, iat: now, nbf: now, exp };
        let token = match algorithm {
            Algorithm::Hs256 => jsonwebtoken::encode(
                &Header::new(jsonwebtoken::Algorithm::HS256),
                &claims,
                &EncodingKey::from_secret(self.hs256_secret.as_bytes()),
            ),
            Algorithm::Es256 => {
                let mut header = Header::new(jsonwebtoken::Algorithm::ES256);
                header.kid = Some(self.public_key()?.0);
                let key = EncodingKey::from_ec_pem(self.es256_pem.as_bytes()).context("read the ES256 key")?;
                jsonwebtoken::encode(&header, &claims, &key)
            }
        };
        token.context("sign the token")
    }

    /// The key set (RFC 7517) with which others check the issuer's ES256 tokens.
    pub fn jwks(&self) -> Result<Value> {
        let (kid, point) = self.public_key()?;
        // An uncompressed point (SEC 1, 2.3.3): 0x04, then 32 bytes each of x and y.
        let coordinate = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point[range]);
        Ok(json!({"keys": [{
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid,
            "x": coordinate(1..33), "y": coordinate(33..65),
        }]}))
    }

    /// Id and uncompressed point of the public key.
    fn public_key(&self) -> Result<(String, Vec<u8>)> {
        let encoded: String = self.es256_pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = STANDARD.decode(encoded).context("read the ES256 key")?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der)
            .map_err(|error| anyhow::anyhow!("the ES256 key is not usable: {error}"))?;
        let point = pair.public_key().as_ref().to_vec();
        if point.len() != 65 {
            bail!("the ES256 key is not on the P-256 curve");
        }
        Ok((hex::encode(&Sha256::digest(&point)[..8]), point))
    }
}

/// Parses a lifetime such as 90s, 30m or 12h.
fn lifetime(text: &str) -> Result<Duration, String> {
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3600,
        Some('d') => 24 * 3600,
        _ => return Err("give a number and a unit: s, m, h or d".to_owned()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| "give a whole number before the unit".to_owned())?;
    Ok(Duration::from_secs(number * unit))
}
