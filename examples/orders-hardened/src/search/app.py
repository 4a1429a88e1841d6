"""Finds the orders of the customer who asks."""

import json
import os

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    customer = event["requestContext"]["authorizer"]["principalId"]
    found = dynamodb.execute_statement(
        Statement=f"SELECT id, total FROM \"{os.environ['ORDERS_TABLE']}\" WHERE customer = ?",
        Parameters=[{"S": customer}],
    )
    return {"statusCode": 200, "body": json.dumps(found["Items"])}
