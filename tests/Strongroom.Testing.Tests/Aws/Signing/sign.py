"""Signs requests with botocore, which knows nothing of our reading, and sends them whole and with one byte changed.

Keys come from the environment. Prints, for each request, the status and the kind of error; never a value.
"""

import json
import os
import urllib.error
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

URL = os.environ["AWS_ENDPOINT_URL"] + "/"
CREDENTIALS = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], os.environ.get("AWS_SESSION_TOKEN"))


def signed(headers, body, region="eu-central-1", service="secretsmanager", url=URL):
    request = AWSRequest(method="POST", url=url, data=body, headers=headers)
    SigV4Auth(CREDENTIALS, service, region).add_auth(request)
    return url, dict(request.headers), body


def send(url, headers, body):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers, method="POST"), timeout=30) as answer:
            return "200"
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        return f"{error.code} {json.loads(text)['__type']}" if text.startswith("{") else f"{error.code} {text.split('<Code>')[1].split('<')[0]}"


def flip(text, at):
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1:]


JSON = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager.ListSecrets"}
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
seen = {"whole": send(*signed(JSON, b'{"MaxResults":1}'))}
seen["spaces"] = send(*signed({**JSON, "X-Amz-Note": "two  spaces   and\ta tab"}, b"{}"))
seen["identity"] = send(*signed(FORM, b"Action=GetCallerIdentity&Version=2011-06-15", service="sts"))
seen["wrong_service"] = send(*signed(JSON, b"{}", service="sts"))

url, headers, body = signed(JSON, b'{"MaxResults":1}')
seen["body"] = send(url, headers, b'{"MaxResults":2}')
seen["signature"] = send(url, {**headers, "Authorization": flip(headers["Authorization"], len(headers["Authorization"]) - 1)}, body)
seen["date"] = send(url, {**headers, "X-Amz-Date": flip(headers["X-Amz-Date"], len(headers["X-Amz-Date"]) - 2)}, body)
seen["region"] = send(url, {**headers, "Authorization": headers["Authorization"].replace("eu-central-1", "eu-central-2")}, body)
seen["target"] = send(url, {**headers, "X-Amz-Target": "secretsmanager.GetRandomPassword"}, body)
if CREDENTIALS.token:
    seen["token"] = send(url, {**headers, "X-Amz-Security-Token": flip(CREDENTIALS.token, 9)}, body)
    seen["no_token"] = send(url, {k: v for k, v in headers.items() if k != "X-Amz-Security-Token"}, body)
url, headers, body = signed(FORM, b"Action=GetCallerIdentity&Version=2011-06-15", service="sts")
seen["identity_body"] = send(url, headers, b"Action=GetCallerIdentity&Version=2011-06-16")
print(json.dumps(seen))
