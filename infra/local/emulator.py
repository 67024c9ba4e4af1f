"""Starts ministack as the local AWS of `cargo xtask up`, with what it gets wrong put right.

Every difference between the emulator and AWS that the product would notice is dealt with here, in `streams.py` or in
`deployed.py`, never in product code. Settings come from the environment; see `xtask/src/stack/emulator.rs`.
Checked with ministack 1.5.33.
"""

import hashlib
import socketserver
import string
import sys

# Its Runtime API server answers in two small writes; Nagle's algorithm makes each invocation wait 40 ms for an ACK.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True

sys.argv = ["ministack"]
import ministack.app as app
import ministack.core.iam_actions as iam_actions
import ministack.core.lambda_runtime as runtime
import ministack.core.responses as responses
import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.lambda_svc as functions

import streams

# After each invocation it waits 50 ms for more log lines.
for cls in vars(runtime).values():
    drain = getattr(cls, "__dict__", {}).get("_drain_stderr_bounded")
    if drain:
        drain.__defaults__ = (0.002, 0.002, 0.25)

# It takes GET /health for itself whatever the host, but that is a route of the API.
app._HEALTH_PATHS = ("/_ministack/health", "/_localstack/health")

# The bucket and queue refuse plain HTTP, as they must in AWS. The emulator listens on loopback without TLS.
pin_request_origin = app.pin_request_origin
app.pin_request_origin = lambda source_ip, _secure: pin_request_origin(source_ip, True)

# Batch calls of SQS have no permissions of their own in AWS: SendMessageBatch needs sqs:SendMessage, and so on.
action_from_target = iam_actions._action_from_target
SQS_BATCHES = {"SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"}


def action_without_batch(headers):
    action = action_from_target(headers)
    return action.removesuffix("Batch") if action in SQS_BATCHES else action


iam_actions._action_from_target = action_without_batch

# In AWS the permission to send, delete or change one message is the permission to do so in batches.
extract_iam_action = iam_actions.extract_iam_action


def action_without_batch(*arguments):
    action = extract_iam_action(*arguments)
    return action.removesuffix("Batch") if action and action.startswith("sqs:") else action


iam_actions.extract_iam_action = action_without_batch

# It overlooks ExcludePunctuation of a generated secret, whose quotes and dollars would break stack.env.
secret_string = provisioners._sm_secret_string


def secret_string_without_punctuation(props):
    generate = props.get("GenerateSecretString") or {}
    if str(generate.get("ExcludePunctuation")).lower() == "true":
        excluded = generate.get("ExcludeCharacters", "") + string.punctuation
        props = {**props, "GenerateSecretString": {**generate, "ExcludeCharacters": excluded}}
    return secret_string(props)


provisioners._sm_secret_string = secret_string_without_punctuation

# It tells every function that 127.0.0.1 called. API Gateway tells the address at the other end of the connection.
execute_function = functions._execute_function_with_config_scope


def execute_with_source_address(record, event, *arguments, **options):
    http = event.get("requestContext", {}).get("http") if isinstance(event, dict) else None
    if http:
        http["sourceIp"] = responses.get_request_client_ip()
    return execute_function(record, event, *arguments, **options)


functions._execute_function_with_config_scope = execute_with_source_address

# It keeps the code of each function, though functions of one area have the same: that would be gigabytes.
fetch_code = functions._fetch_code_from_s3
known_code = {}


def fetch_code_once(*arguments, **options):
    code = fetch_code(*arguments, **options)
    if code is None:
        return None
    if len(known_code) > 32:
        known_code.clear()
    return known_code.setdefault(hashlib.sha256(code).digest(), code)


functions._fetch_code_from_s3 = fetch_code_once

streams.install()

app.main()
