"""Finishes a deployment on the emulator and prints what the local stack needs to know, as JSON.

Usage: deployed.py STACK, with AWS_ENDPOINT_URL and credentials in the environment.
"""

import json
import re
import sys

import boto3

LAMBDA_ARN = "arn:aws:lambda:{region}:{account}:function:{name}"
WORKER = "framehouse-worker"


class Stack:
    """A deployed stack: its processed template with references resolved."""

    def __init__(self, name):
        cloudformation = boto3.client("cloudformation")
        template = cloudformation.get_template(StackName=name, TemplateStage="Processed")["TemplateBody"]
        self.template = json.loads(template) if isinstance(template, str) else template
        resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        self.physical = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources}
        described = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        self.outputs = {o["OutputKey"]: o["OutputValue"] for o in described.get("Outputs", [])}
        self.parameters = {p["ParameterKey"]: p["ParameterValue"] for p in described.get("Parameters", [])}
        self.pseudo = {
            "AWS::StackName": name,
            "AWS::Region": boto3.session.Session().region_name,
            "AWS::AccountId": boto3.client("sts").get_caller_identity()["Account"],
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
        }

    def reference(self, name):
        return self.pseudo.get(name) or self.parameters.get(name) or self.physical[name]

    def function_arn(self, name):
        return LAMBDA_ARN.format(
            region=self.pseudo["AWS::Region"], account=self.pseudo["AWS::AccountId"], name=self.physical[name]
        )

    def resolve(self, node):
        """Replaces Ref, Fn::GetAtt of functions and Fn::Sub, all that SAM writes into an API's Body."""
        if isinstance(node, list):
            return [self.resolve(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "Ref" in node:
            return self.reference(node["Ref"])
        if "Fn::GetAtt" in node:
            return self.function_arn(node["Fn::GetAtt"][0])
        if "Fn::Sub" in node:
            return re.sub(r"\$\{([^}]+)\}", lambda match: self.substitute(match[1]), node["Fn::Sub"])
        return {key: self.resolve(value) for key, value in node.items()}

    def substitute(self, name):
        return self.function_arn(name.removesuffix(".Arn")) if name.endswith(".Arn") else str(self.reference(name))


def replay_http_api(stack):
    """Makes the API's routes and CORS. The emulator ignores the OpenAPI Body in which SAM passes them."""
    gateway = boto3.client("apigatewayv2")
    bodies = {
        name: stack.resolve(resource["Properties"]["Body"])
        for name, resource in stack.template["Resources"].items()
        if resource["Type"] == "AWS::ApiGatewayV2::Api"
    }
    for name, body in bodies.items():
        api = stack.physical[name]
        for route in gateway.get_routes(ApiId=api)["Items"]:
            gateway.delete_route(ApiId=api, RouteId=route["RouteId"])
        for integration in gateway.get_integrations(ApiId=api)["Items"]:
            gateway.delete_integration(ApiId=api, IntegrationId=integration["IntegrationId"])
        cors = body.get("x-amazon-apigateway-cors")
        if cors:
            # The list parameter is still its text here.
            cors["allowOrigins"] = cors["allowOrigins"].split(",")
            gateway.update_api(ApiId=api, CorsConfiguration={k[0].upper() + k[1:]: v for k, v in cors.items()})
        for path, methods in body["paths"].items():
            for method, operation in methods.items():
                integration = operation["x-amazon-apigateway-integration"]
                made = gateway.create_integration(
                    ApiId=api,
                    IntegrationType="AWS_PROXY",
                    IntegrationUri=integration["uri"],
                    PayloadFormatVersion=integration.get("payloadFormatVersion", "2.0"),
                )
                gateway.create_route(
                    ApiId=api, RouteKey=f"{method.upper()} {path}", Target=f"integrations/{made['IntegrationId']}"
                )


def worker_credentials(stack):
    """Credentials of the local worker: a user with the transcoder's policy and nothing else."""
    iam = boto3.client("iam")
    try:
        iam.create_user(UserName=WORKER)
    except iam.exceptions.EntityAlreadyExistsException:
        for attached in iam.list_attached_user_policies(UserName=WORKER)["AttachedPolicies"]:
            iam.detach_user_policy(UserName=WORKER, PolicyArn=attached["PolicyArn"])
        for key in iam.list_access_keys(UserName=WORKER)["AccessKeyMetadata"]:
            iam.delete_access_key(UserName=WORKER, AccessKeyId=key["AccessKeyId"])
    iam.attach_user_policy(UserName=WORKER, PolicyArn=stack.outputs["TranscoderPolicyArn"])
    key = iam.create_access_key(UserName=WORKER)["AccessKey"]
    return {"accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}


def main():
    stack = Stack(sys.argv[1])
    replay_http_api(stack)
    secrets = boto3.client("secretsmanager")
    json.dump(
        {
            "apiId": stack.outputs["ApiId"],
            "bucket": stack.outputs["MediaBucket"],
            "table": stack.outputs["TableName"],
            "queueUrl": stack.outputs["TranscodeQueueUrl"],
            "deadLetterQueueUrl": stack.outputs["TranscodeDeadLetterQueueUrl"],
            "libraryQueueUrl": stack.outputs["LibraryQueueUrl"],
            "libraryDeadLetterQueueUrl": stack.outputs["LibraryDeadLetterQueueUrl"],
            "accessTokenSecret": secrets.get_secret_value(SecretId=stack.outputs["AccessTokenSecretArn"])["SecretString"],
            "playbackTokenSecret": secrets.get_secret_value(SecretId=stack.outputs["PlaybackTokenSecretArn"])[
                "SecretString"
            ],
            "viewerHashSecret": secrets.get_secret_value(SecretId=stack.outputs["ViewerHashSecretArn"])["SecretString"],
            "worker": worker_credentials(stack),
        },
        sys.stdout,
        indent=1,
    )


main()
