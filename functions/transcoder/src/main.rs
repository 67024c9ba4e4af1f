//! The transcoder: a Lambda function, a Fargate service or a local process, by its environment.

fn main() -> std::process::ExitCode {
    framehouse_transcoder::main()
}
