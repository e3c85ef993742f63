"""Plays the article with boto3: create, version, deploy, poll, stop, revert. Run by aws-tools.test.ts.

Debian 12's boto3 is older than version labels and reverts; there the same headers are sent by hand.
"""

import json
import sys

import boto3
from botocore.exceptions import ClientError

options = dict(
    endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y"
)
control = boto3.client("appconfig", **options)
data = boto3.client("appconfigdata", **options)
seen = []


def call_with_header(operation, member, header, value, **arguments):
    """Calls an operation with a member that this version of boto3 may not know."""
    method = getattr(control, operation)
    shape = control.meta.service_model.operation_model(control.meta.method_to_api_mapping[operation]).input_shape
    if member in shape.members:
        return method(**{member: value}, **arguments)
    event = "before-call.appconfig." + control.meta.method_to_api_mapping[operation]
    text = str(value).lower() if isinstance(value, bool) else value

    def add_header(params, **_):
        params["headers"][header] = text

    control.meta.events.register(event, add_header)
    try:
        return method(**arguments)
    finally:
        control.meta.events.unregister(event, add_header)


def revert(number):
    return call_with_header(
        "stop_deployment", "AllowRevert", "Allow-Revert", True, **place, DeploymentNumber=number
    )["State"]


app = control.create_application(Name="api")["Id"]
env = control.create_environment(ApplicationId=app, Name="prod-01")["Id"]
profile = control.create_configuration_profile(ApplicationId=app, Name="default", LocationUri="hosted")["Id"]
place = dict(ApplicationId=app, EnvironmentId=env)


def deploy(content, label, strategy):
    version = call_with_header(
        "create_hosted_configuration_version",
        "VersionLabel",
        "VersionLabel",
        label,
        ApplicationId=app,
        ConfigurationProfileId=profile,
        Content=content,
        ContentType="application/json",
    )
    return control.start_deployment(
        **place,
        ConfigurationProfileId=profile,
        ConfigurationVersion=str(version["VersionNumber"]),
        DeploymentStrategyId=strategy,
    )


def poll():
    token = data.start_configuration_session(
        ApplicationIdentifier="api", EnvironmentIdentifier="prod-01", ConfigurationProfileIdentifier="default"
    )["InitialConfigurationToken"]
    answer = data.get_latest_configuration(ConfigurationToken=token)
    label = answer["ResponseMetadata"]["HTTPHeaders"]["version-label"]
    seen.append([answer["Configuration"].read().decode(), answer.get("VersionLabel", label), answer["ContentType"]])
    return answer["NextPollConfigurationToken"]


def refused(call, **arguments):
    try:
        call(**arguments)
        seen.append("not refused")
    except ClientError as error:
        seen.append([type(error).__name__, error.response["Error"]["Code"]])


instant = control.create_deployment_strategy(
    Name="instant", DeploymentDurationInMinutes=0, GrowthFactor=100, ReplicateTo="NONE"
)["Id"]
seen.append(deploy(b'{"temperature":0.5}', "v1", instant)["State"])
token = poll()
refused(data.get_latest_configuration, ConfigurationToken=token)
seen.append(deploy(b'{"temperature":0.7}', "v2", "AppConfig.AllAtOnce")["State"])
poll()
refused(deploy, content=b"{}", label="v3", strategy=instant)
seen.append(control.stop_deployment(**place, DeploymentNumber=2)["State"])
poll()
deploy(b'{"temperature":0.9}', "v4", instant)
seen.append(revert(3))
poll()
refused(control.get_environment, ApplicationId=app, EnvironmentId="nowhere")
print(json.dumps(seen))
