//! `cargo xtask deploy`.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::stack::{AREAS, ensure_deploy_tools, repository, venv_program};

const IMAGE: &str = "framehouse-transcoder";

/// Options of `deploy`. Credentials come from where the AWS SDKs look for them.
#[derive(Args)]
pub struct Deploy {
    /// Name of the stack, in lower case: the bucket's name begins with it.
    #[arg(long, default_value = "framehouse")]
    stack_name: String,
    #[arg(long, env = "AWS_REGION")]
    region: String,
    /// Processor of the functions.
    #[arg(long, value_enum, default_value = "arm64")]
    architecture: Architecture,
    /// Where the transcoder runs.
    #[arg(long, value_enum, default_value = "lambda")]
    transcoder: Transcoder,
    /// A parameter of template.yaml, such as AllowedOrigins=https://example.com. May be repeated.
    #[arg(long = "parameter", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// Deploy without showing the changes first.
    #[arg(long)]
    yes: bool,
    /// Build, but deploy nothing.
    #[arg(long)]
    build_only: bool,
}

#[derive(ValueEnum, Clone, Copy)]
enum Architecture {
    #[value(name = "x86_64")]
    X86_64,
    Arm64,
}

#[derive(ValueEnum, Clone, Copy, PartialEq)]
enum Transcoder {
    /// Elsewhere: workers that this stack knows nothing of.
    None,
    Lambda,
    Fargate,
}

impl Architecture {
    /// The name in the template, and in `cargo lambda build` as an option.
    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::X86_64 => ("x86_64", "--x86-64", "linux/amd64"),
            Self::Arm64 => ("arm64", "--arm64", "linux/arm64"),
        }
    }
}

impl Deploy {
    /// Builds the functions and the transcoder's image, deploys, and prints the stack's outputs.
    pub fn run(self) -> Result<()> {
        let root = repository()?;
        ensure_deploy_tools(&root)?;
        build_functions(&root, self.architecture)?;
        if self.build_only {
            return Ok(());
        }
        if self.transcoder != Transcoder::None {
            build_transcoder(&root, self.architecture)?;
            self.push_image(&root)?;
        }
        let mode = match self.transcoder {
            Transcoder::None => "none",
            Transcoder::Lambda => "lambda",
            Transcoder::Fargate => "fargate",
        };
        let mut sam = Command::new(venv_program(&root, "sam"));
        sam.current_dir(&root)
            .args(["deploy", "--template-file", "template.yaml", "--stack-name", &self.stack_name])
            .args(["--region", &self.region])
            .arg(if self.yes { "--no-confirm-changeset" } else { "--confirm-changeset" })
            .arg("--parameter-overrides")
            .arg(format!("Architecture={}", self.architecture.names().0))
            .arg(format!("TranscoderMode={mode}"))
            .args(&self.parameters);
        run(&mut sam, "CloudFormation's events above say what was wrong")
    }

    /// Builds the transcoder's image and pushes it to the account's own registry.
    fn push_image(&self, root: &Path) -> Result<()> {
        let aws = venv_program(root, "aws");
        let account = output(
            Command::new(&aws).args(["sts", "get-caller-identity"]).args(["--query", "Account", "--output", "text"]),
        )?;
        let registry = format!("{account}.dkr.ecr.{}.amazonaws.com", self.region);
        let image = format!("{registry}/{IMAGE}:latest");
        let known = ["ecr", "describe-repositories", "--repository-names", IMAGE, "--region", &self.region];
        if output(Command::new(&aws).args(known)).is_err() {
            let create = ["ecr", "create-repository", "--repository-name", IMAGE, "--region", &self.region];
            run(Command::new(&aws).args(create).stdout(Stdio::null()), "May these credentials create repositories?")?;
        }
        let mut password = Command::new(&aws)
            .args(["ecr", "get-login-password", "--region", &self.region])
            .stdout(Stdio::piped())
            .spawn()?;
        let token = password.stdout.take().context("read the registry's password")?;
        let login = ["login", "--username", "AWS", "--password-stdin", &registry];
        run(Command::new("docker").args(login).stdin(token), "Is a Docker engine running?")?;
        password.wait()?;
        let mut binary = cargo_lambda(root)?;
        binary.args(["--profile", "lambda", "--output-format", "binary", self.architecture.names().1]);
        binary.args(["--package", "framehouse-transcoder"]);
        run(&mut binary, "Fix what the compiler says, then run the command again")?;
        let platform = self.architecture.names().2;
        let build = ["build", "--platform", platform, "--file", "infra/transcoder.Dockerfile", "--tag", &image, "."];
        run(Command::new("docker").current_dir(root).args(build), "Fix what the build says")?;
        run(Command::new("docker").args(["push", &image]), "May these credentials push images?")
    }
}

/// Builds `target/lambda/<area>/bootstrap.zip` as they run on Lambda: small, and quick to start.
fn build_functions(root: &Path, architecture: Architecture) -> Result<()> {
    let mut build = cargo_lambda(root)?;
    build.args(["--profile", "lambda", "--output-format", "zip", architecture.names().1]);
    for area in AREAS {
        build.args(["--package", &crate::stack::package(area)]);
        crate::stack::forget_artifact(root, area)?;
    }
    run(&mut build, "Fix what the compiler says, then run the command again")
}

/// Builds `target/lambda/transcoder/bootstrap`, which its image takes.
fn build_transcoder(root: &Path, architecture: Architecture) -> Result<()> {
    let mut build = cargo_lambda(root)?;
    build.args(["--profile", "lambda", architecture.names().1, "--package", "framehouse-transcoder"]);
    run(&mut build, "Fix what the compiler says, then run the command again")
}

/// `cargo lambda build` from the Python environment, whose zig links for Lambda's glibc.
fn cargo_lambda(root: &Path) -> Result<Command> {
    let program = venv_program(root, "cargo-lambda");
    let bin = program.parent().context("find the Python environment")?.to_path_buf();
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(bin).chain(std::env::split_paths(&inherited)))?;
    let mut command = Command::new(program);
    command.current_dir(root).args(["lambda", "build"]).env("PATH", path);
    Ok(command)
}

fn run(command: &mut Command, advice: &str) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.env("SAM_CLI_TELEMETRY", "0").status().with_context(|| format!("start {program}"))?;
    if !status.success() {
        bail!("{program} failed. {advice}.");
    }
    Ok(())
}

fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("start {program}"))?;
    if !output.status.success() {
        bail!("{program} failed; are there AWS credentials?");
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
