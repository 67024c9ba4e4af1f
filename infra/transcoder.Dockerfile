# The transcoder's image: a Lambda function, a Fargate service, or a worker anywhere, by its environment.
# Build it from the repository's root after `cargo lambda build --profile lambda --package framehouse-transcoder`:
#   docker build --file infra/transcoder.Dockerfile --tag framehouse-transcoder .
FROM debian:12.12-slim

# Amazon Linux has no ffmpeg package; Lambda runs any image whose program speaks its Runtime API, as this one does.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates ffmpeg \
 && rm -rf /var/lib/apt/lists/*

COPY target/lambda/transcoder/bootstrap /usr/local/bin/transcoder

# Trust roots in one file: scanning a directory costs milliseconds at every start.
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    TMPDIR=/tmp

# Outside of Lambda; Lambda chooses a user of its own.
USER nobody
# Signals reach the worker itself, which then hands its messages back.
ENTRYPOINT ["/usr/local/bin/transcoder"]
