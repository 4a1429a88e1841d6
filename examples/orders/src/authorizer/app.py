"""Lets a customer pass who presents a session token of the shop."""

import hashlib
import hmac
import os

SECRET = os.environ.get("SESSION_SECRET", "").encode()


def handler(event, context):
    token = event.get("authorizationToken", "")
    customer, _, signature = token.partition(".")
    expected = hmac.new(SECRET, customer.encode(), hashlib.sha256).hexdigest()
    effect = "Allow" if SECRET and hmac.compare_digest(signature, expected) else "Deny"
    return {
        "principalId": customer or "anonymous",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
            ],
        },
    }
