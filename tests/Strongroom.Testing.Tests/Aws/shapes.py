"""Calls every operation with botocore and holds each answer to AWS's own service model.

Prints what an answer has that the model does not know, by operation and member; never a value.
"""

import datetime
import json
import os
import uuid

import botocore.session

session = botocore.session.get_session()
REGIONS = {
    region: session.create_client(
        "secretsmanager", region_name=region, endpoint_url=os.environ["AWS_ENDPOINT_URL"],
        aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"], aws_secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"])
    for region in ("us-east-1", "eu-west-1")
}
KINDS = {"string": str, "blob": str, "boolean": bool, "integer": int, "long": int, "timestamp": (int, float), "structure": dict, "list": list, "map": dict}
found, called = [], []


def compare(value, shape, place):
    if not isinstance(value, KINDS[shape.type_name]) or isinstance(value, bool) != (shape.type_name == "boolean"):
        found.append(f"{place} is no {shape.type_name}")
    elif shape.type_name == "structure":
        for name, member in value.items():
            if name in shape.members:
                compare(member, shape.members[name], f"{place}.{name}")
            else:
                found.append(f"{place}.{name} is unknown")
    elif shape.type_name in ("list", "map"):
        for member in value if shape.type_name == "list" else value.values():
            compare(member, shape.member if shape.type_name == "list" else shape.value, f"{place}[]")


def check(http_response, parsed, model, **_):
    called.append(model.name)
    body = json.loads(http_response.content or b"{}")
    if http_response.status_code == 200 and model.output_shape is not None:
        compare(body, model.output_shape, model.name)
    elif http_response.status_code != 200:
        known = {shape.name for shape in model.error_shapes}
        if body["__type"] not in known:
            found.append(f"{model.name} fails with {body['__type']}, which is not in its model")


def call(operation, region="us-east-1", **arguments):
    client = REGIONS[region]
    return getattr(client, operation)(**arguments)


def fails(operation, region="us-east-1", **arguments):
    try:
        call(operation, region, **arguments)
    except REGIONS[region].exceptions.ClientError:
        return
    found.append(f"{operation} was not refused")


for client in REGIONS.values():
    client.meta.events.register("after-call.secrets-manager.*", check)

value = lambda: uuid.uuid4().hex
first = call("create_secret", Name="a", SecretString=value(), Description="d", KmsKeyId="alias/mine", Tags=[{"Key": "k", "Value": "v"}], AddReplicaRegions=[{"Region": "eu-west-1"}])
call("create_secret", Name="b", SecretBinary=os.urandom(30))
fails("create_secret", Name="a", SecretString=value())
second = call("put_secret_value", SecretId="a", SecretString=value(), VersionStages=["AWSPENDING"])
call("update_secret_version_stage", SecretId="a", VersionStage="AWSCURRENT", MoveToVersionId=second["VersionId"], RemoveFromVersionId=first["VersionId"])
fails("update_secret_version_stage", SecretId="a", VersionStage="AWSCURRENT", MoveToVersionId=first["VersionId"])
call("update_secret", SecretId="a", SecretString=value())
call("get_secret_value", SecretId="a")
call("get_secret_value", "eu-west-1", SecretId="a")
fails("get_secret_value", SecretId="absent")
fails("put_secret_value", "eu-west-1", SecretId="a", SecretString=value())
call("batch_get_secret_value", SecretIdList=["a", "b", "absent"])
call("batch_get_secret_value", Filters=[{"Key": "name", "Values": ["a"]}], MaxResults=1)
call("update_secret_version_stage", SecretId="a", VersionStage="AWSPENDING", RemoveFromVersionId=second["VersionId"])
call("rotate_secret", SecretId="a", RotationLambdaARN="arn:aws:lambda:us-east-1:123456789012:function:f")
call("cancel_rotate_secret", SecretId="a")
call("describe_secret", SecretId="a")
call("describe_secret", "eu-west-1", SecretId="a")
call("list_secret_version_ids", SecretId="a", IncludeDeprecated=True)
call("tag_resource", SecretId="a", Tags=[{"Key": "x", "Value": ""}])
call("untag_resource", SecretId="a", TagKeys=["x"])
call("replicate_secret_to_regions", SecretId="b", AddReplicaRegions=[{"Region": "eu-west-1"}])
call("remove_regions_from_replication", SecretId="b", RemoveReplicaRegions=["eu-west-1"])
call("stop_replication_to_replica", "eu-west-1", SecretId="a")
fails("delete_secret", SecretId="b", RecoveryWindowInDays=3)
deletion = call("delete_secret", SecretId="b", RecoveryWindowInDays=7)["DeletionDate"]
if not datetime.timedelta(days=6) < deletion - datetime.datetime.now(datetime.timezone.utc) < datetime.timedelta(days=8):
    found.append("delete_secret has another date than asked for")
fails("get_secret_value", SecretId="b")
call("list_secrets", IncludePlannedDeletion=True, MaxResults=1)
fails("list_secrets", NextToken="none")
call("restore_secret", SecretId="b")
call("delete_secret", SecretId="b", ForceDeleteWithoutRecovery=True)
call("get_random_password")
print(json.dumps({"found": found, "called": sorted(set(called)), "all": sorted(REGIONS["us-east-1"].meta.service_model.operation_names)}))
