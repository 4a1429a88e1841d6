"""Returns one order to its customer."""

import json
import logging
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
log = logging.getLogger()


def handler(event, context):
    try:
        order = table.get_item(Key={"id": event["pathParameters"]["id"]}).get("Item")
    except Exception:
        log.exception("reading an order")
        return {"statusCode": 500, "body": json.dumps({"error": "try again later"})}
    customer = event["requestContext"]["authorizer"]["principalId"]
    if not order or order.get("customer") != customer:
        return {"statusCode": 404, "body": json.dumps({"error": "no such order"})}
    return {"statusCode": 200, "body": json.dumps({"order": order}, default=str)}
