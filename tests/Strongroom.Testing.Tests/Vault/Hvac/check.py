"""What hvac, a client that does not know our reading of the API, makes of the in-process Vault. Prints JSON; no value is printed.

VAULT_ADDR and VAULT_TOKEN (root) come from the environment.
"""
import json
import os
import secrets

import hvac

root = hvac.Client(url=os.environ["VAULT_ADDR"], token=os.environ["VAULT_TOKEN"])
kv = root.secrets.kv.v2
seen = {"authenticated": root.is_authenticated(), "sealed": root.sys.is_sealed(), "initialized": root.sys.is_initialized()}

# Writing and reading
first, second = secrets.token_hex(16), secrets.token_hex(16)
kv.create_or_update_secret(path="broker/key", secret={"value": first}, cas=0)
written = kv.create_or_update_secret(path="broker/key", secret={"value": second}, cas=1)
seen["version"] = written["data"]["version"]
seen["newest"] = kv.read_secret_version(path="broker/key")["data"]["data"]["value"] == second
seen["first"] = kv.read_secret_version(path="broker/key", version=1)["data"]["data"]["value"] == first
try:
    kv.create_or_update_secret(path="broker/key", secret={"value": first}, cas=1)
    seen["stale"] = "accepted"
except hvac.exceptions.InvalidRequest as refusal:
    seen["stale"] = str(refusal)
kv.patch(path="broker/key", secret={"more": first})
seen["patched"] = sorted(kv.read_secret_version(path="broker/key")["data"]["data"])

# Listing, deleting, undeleting
kv.create_or_update_secret(path="broker/deep/er", secret={"value": first})
seen["listed"] = kv.list_secrets(path="broker")["data"]["keys"]
kv.delete_secret_versions(path="broker/key", versions=[1])
try:
    kv.read_secret_version(path="broker/key", version=1)
    seen["deleted"] = "readable"
except hvac.exceptions.InvalidPath:
    seen["deleted"] = "gone"
kv.undelete_secret_versions(path="broker/key", versions=[1])
seen["undeleted"] = kv.read_secret_version(path="broker/key", version=1)["data"]["data"]["value"] == first
seen["versions"] = sorted(kv.read_secret_metadata(path="broker/key")["data"]["versions"])

# AppRole, its secret id wrapped on the way
root.sys.create_or_update_policy("trader", 'path "secret/data/broker/*" { capabilities = ["read"] }')
seen["policies"] = root.sys.list_policies()["policies"]
root.sys.enable_auth_method("approle")
root.auth.approle.create_or_update_approle(role_name="signal_service", token_policies=["trader"], token_ttl="20m", token_max_ttl="1h")
role_id = root.auth.approle.read_role_id("signal_service")["data"]["role_id"]
wrapped = root.write("auth/approle/role/signal_service/secret-id", wrap_ttl="60s")["wrap_info"]
seen["creation_path"] = wrapped["creation_path"]
secret_id = hvac.Client(url=root.url).sys.unwrap(token=wrapped["token"])["data"]["secret_id"]
try:
    hvac.Client(url=root.url).sys.unwrap(token=wrapped["token"])
    seen["second_unwrap"] = "worked"
except hvac.exceptions.InvalidRequest:
    seen["second_unwrap"] = "refused"
service = hvac.Client(url=root.url)
login = service.auth.approle.login(role_id=role_id, secret_id=secret_id)
seen["login"] = {"policies": login["auth"]["policies"], "lease": login["auth"]["lease_duration"], "renewable": login["auth"]["renewable"]}
service.token = login["auth"]["client_token"]
seen["service_reads"] = service.secrets.kv.v2.read_secret_version(path="broker/key")["data"]["data"]["value"] == second
try:
    service.secrets.kv.v2.create_or_update_secret(path="broker/key", secret={"value": first})
    seen["service_writes"] = "accepted"
except hvac.exceptions.Forbidden:
    seen["service_writes"] = "denied"

# Renewing, looking at and ending its own token
seen["renewed"] = service.auth.token.renew_self(increment="30m")["auth"]["lease_duration"]
seen["display_name"] = service.auth.token.lookup_self()["data"]["display_name"]
service.auth.token.revoke_self()
seen["after_revoke"] = service.is_authenticated()
print(json.dumps(seen))
