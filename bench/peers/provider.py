"""The same bundle by a provider written the way most are: crhelper, boto3, one call after the other.

It is what the benchmark compares with, and no example to follow: it reads nothing before it writes, so it takes over or
deletes what belongs to others; a key is lost when the function dies before the secret is written; a key is given out
before AWS knows it. Each operation makes the fewest calls that a straightforward provider gets along with.
"""

import json
import secrets
from pathlib import Path

import boto3
from crhelper import CfnResource

# Two minutes of sleep for the log at each Delete, crhelper's default, would be no fair comparison.
helper = CfnResource(json_logging=True, log_level="INFO", sleep_on_delete=0)
iam = boto3.client("iam")
store = boto3.client("secretsmanager")

NAMES = ("InstanceRoleName", "InstancePolicyName", "UserName", "UserPolicyName", "ConsoleRoleName")


policies = Path(__file__).parents[2] / "policies"


def document(name, event):
    values = {
        "Partition": "aws",
        "UrlSuffix": "amazonaws.com",
        "NodeRole": event["ResourceProperties"]["InstanceRoleName"],
        "RedisAccountId": event["ResourceProperties"]["RedisAccountId"],
    }
    text = json.dumps(json.loads((policies / f"{name}.json").read_text()))
    for key, value in values.items():
        text = text.replace(f"<<{key}>>", value)
    return text


def tags_of(properties):
    pairs = [pair.split("=", 1) for pair in properties.get("Tags", "").split(",") if pair]
    return [{"Key": "UsedBy", "Value": "RedisLabs"}] + [{"Key": key, "Value": value} for key, value in pairs]


def policy_arn(event, name):
    return f"arn:aws:iam::{event['StackId'].split(':')[4]}:policy/{name}"


def secret_name(properties):
    return properties.get("SecretName") or f"rv-access/{properties['UserName']}"


def physical_id(event):
    return "/".join([event["StackId"].split("/")[1], *(event["ResourceProperties"][name] for name in NAMES)])


def secret_value(event, key, password):
    properties = event["ResourceProperties"]
    return json.dumps(
        {
            "name": event["StackId"].split("/")[1],
            "provider": "AWS",
            "accessKeyId": key["AccessKeyId"],
            "accessSecretKey": key["SecretAccessKey"],
            "consoleUsername": properties["UserName"],
            "consolePassword": password,
            "iamRoleName": properties["ConsoleRoleName"],
        }
    )


@helper.create
def create(event, _):
    properties, tags = event["ResourceProperties"], tags_of(event["ResourceProperties"])
    instance_policy = iam.create_policy(
        PolicyName=properties["InstancePolicyName"], PolicyDocument=document("instance-role", event), Tags=tags
    )["Policy"]["Arn"]
    user_policy = iam.create_policy(
        PolicyName=properties["UserPolicyName"], PolicyDocument=document("user-restricted", event), Tags=tags
    )["Policy"]["Arn"]
    role, profile = properties["InstanceRoleName"], properties["InstanceRoleName"]
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=document("trust-ec2", event), Tags=tags)
    iam.attach_role_policy(RoleName=role, PolicyArn=instance_policy)
    iam.create_instance_profile(InstanceProfileName=profile, Tags=tags)
    iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=role)
    console_role = properties["ConsoleRoleName"]
    iam.create_role(RoleName=console_role, AssumeRolePolicyDocument=document("trust-console", event), Tags=tags)
    iam.attach_role_policy(RoleName=console_role, PolicyArn=user_policy)
    user = properties["UserName"]
    iam.create_user(UserName=user, Tags=tags)
    iam.attach_user_policy(UserName=user, PolicyArn=user_policy)
    password = secrets.token_urlsafe(24) + "aA1!"
    iam.create_login_profile(UserName=user, Password=password, PasswordResetRequired=False)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    store.create_secret(
        Name=secret_name(properties), SecretString=secret_value(event, key, password), Tags=tags
    )
    helper.Data.update(AccessKeyId=key["AccessKeyId"], SecretName=secret_name(properties))
    return physical_id(event)


@helper.update
def update(event, context):
    properties, old = event["ResourceProperties"], event["OldResourceProperties"]
    if any(properties[name] != old[name] for name in NAMES):
        return create(event, context)
    if properties.get("Tags") != old.get("Tags"):
        retag(event)
    if properties["AccessKeySerial"] != old["AccessKeySerial"]:
        rotate(event)
    return event["PhysicalResourceId"]


def retag(event):
    properties, tags = event["ResourceProperties"], tags_of(event["ResourceProperties"])
    wanted = {tag["Key"] for tag in tags}
    stale = [tag["Key"] for tag in tags_of(event["OldResourceProperties"]) if tag["Key"] not in wanted]
    targets = [
        (iam.tag_policy, iam.untag_policy, {"PolicyArn": policy_arn(event, properties["InstancePolicyName"])}),
        (iam.tag_policy, iam.untag_policy, {"PolicyArn": policy_arn(event, properties["UserPolicyName"])}),
        (iam.tag_role, iam.untag_role, {"RoleName": properties["InstanceRoleName"]}),
        (iam.tag_role, iam.untag_role, {"RoleName": properties["ConsoleRoleName"]}),
        (
            iam.tag_instance_profile,
            iam.untag_instance_profile,
            {"InstanceProfileName": properties["InstanceRoleName"]},
        ),
        (iam.tag_user, iam.untag_user, {"UserName": properties["UserName"]}),
        (store.tag_resource, store.untag_resource, {"SecretId": secret_name(properties)}),
    ]
    for tag, untag, target in targets:
        tag(**target, Tags=tags)
        if stale:
            untag(**target, TagKeys=stale)


def rotate(event):
    user, name = event["ResourceProperties"]["UserName"], secret_name(event["ResourceProperties"])
    before = json.loads(store.get_secret_value(SecretId=name)["SecretString"])
    key = iam.create_access_key(UserName=user)["AccessKey"]
    store.put_secret_value(
        SecretId=name, SecretString=secret_value(event, key, before["consolePassword"])
    )
    iam.delete_access_key(UserName=user, AccessKeyId=before["accessKeyId"])
    helper.Data.update(AccessKeyId=key["AccessKeyId"], SecretName=name)


@helper.delete
def delete(event, _):
    properties = event["ResourceProperties"]
    user, role, console_role = (properties[name] for name in ("UserName", "InstanceRoleName", "ConsoleRoleName"))
    instance_policy = policy_arn(event, properties["InstancePolicyName"])
    user_policy = policy_arn(event, properties["UserPolicyName"])
    for key in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
    iam.delete_login_profile(UserName=user)
    # What somebody has attached by hand would stop DeleteUser, so even simple providers look for it.
    for policy in iam.list_user_policies(UserName=user)["PolicyNames"]:
        iam.delete_user_policy(UserName=user, PolicyName=policy)
    iam.detach_user_policy(UserName=user, PolicyArn=user_policy)
    iam.delete_user(UserName=user)
    iam.detach_role_policy(RoleName=console_role, PolicyArn=user_policy)
    iam.delete_role(RoleName=console_role)
    iam.remove_role_from_instance_profile(InstanceProfileName=role, RoleName=role)
    iam.delete_instance_profile(InstanceProfileName=role)
    iam.detach_role_policy(RoleName=role, PolicyArn=instance_policy)
    iam.delete_role(RoleName=role)
    iam.delete_policy(PolicyArn=instance_policy)
    iam.delete_policy(PolicyArn=user_policy)
    store.delete_secret(SecretId=secret_name(properties), RecoveryWindowInDays=30)


def handler(event, context):
    helper(event, context)
