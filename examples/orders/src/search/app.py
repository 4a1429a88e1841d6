"""Finds orders by the customer's name."""

import json
import os

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    name = (event.get("queryStringParameters") or {}).get("name", "")
    # SAS-1: the name becomes part of the statement.
    found = dynamodb.execute_statement(
        Statement=f"SELECT id, total FROM \"{os.environ['ORDERS_TABLE']}\" WHERE customer = '{name}'"
    )
    return {"statusCode": 200, "body": json.dumps(found["Items"])}
