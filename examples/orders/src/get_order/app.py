"""Returns one order to its customer."""

import json
import os
import traceback

import boto3

table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])

# SAS-12: what one customer looked at last is still here for the next one.
last_seen = {}


def handler(event, context):
    try:
        order_id = event["pathParameters"]["id"]
        order = table.get_item(Key={"id": order_id})["Item"]
        previous = dict(last_seen)
        last_seen.update(order)
        return {
            "statusCode": 200,
            "body": json.dumps({"order": order, "lastSeen": previous}, default=str),
        }
    except Exception:
        # SAS-10: the stack trace tells a stranger how the shop is built.
        return {"statusCode": 500, "body": traceback.format_exc()}
