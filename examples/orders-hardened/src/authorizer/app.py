"""Lets a customer pass who presents a session token of the shop."""

import hashlib
import hmac
import os

import boto3

secrets = boto3.client("secretsmanager")
_key = None


def key():
    """The signing key; read once, it is the same for everybody."""
    global _key
    if _key is None:
        answer = secrets.get_secret_value(SecretId=os.environ["SESSION_SECRET_ARN"])
        _key = answer["SecretString"].encode()
    return _key


def handler(event, context):
    customer, _, signature = event.get("authorizationToken", "").partition(".")
    expected = hmac.new(key(), customer.encode(), hashlib.sha256).hexdigest()
    effect = "Allow" if hmac.compare_digest(signature, expected) else "Deny"
    return {
        "principalId": customer or "anonymous",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
            ],
        },
    }
