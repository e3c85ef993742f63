"""Plays the article with boto3: create, version, deploy, poll, stop, revert. Run by aws-tools.test.ts."""

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

app = control.create_application(Name="api")["Id"]
env = control.create_environment(ApplicationId=app, Name="prod-01")["Id"]
profile = control.create_configuration_profile(ApplicationId=app, Name="default", LocationUri="hosted")["Id"]
place = dict(ApplicationId=app, EnvironmentId=env)


def deploy(content, label, strategy):
    version = control.create_hosted_configuration_version(
        ApplicationId=app,
        ConfigurationProfileId=profile,
        Content=content,
        ContentType="application/json",
        VersionLabel=label,
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
    seen.append([answer["Configuration"].read().decode(), answer["VersionLabel"], answer["ContentType"]])
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
refused(control.stop_deployment, **place, DeploymentNumber=2)
seen.append(control.stop_deployment(**place, DeploymentNumber=2, AllowRevert=True)["State"])
poll()
deploy(b'{"temperature":0.9}', "v4", instant)
seen.append(control.stop_deployment(**place, DeploymentNumber=3, AllowRevert=True)["State"])
poll()
refused(control.get_environment, ApplicationId=app, EnvironmentId="nowhere")
print(json.dumps(seen))
