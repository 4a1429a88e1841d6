"""Keeps the number of changes of an order up to date."""

import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


def handler(event, context):
    for record in event["Records"]:
        if record["eventName"] == "REMOVE":
            continue
        # SAS-8: this write is a change too, and starts the function again.
        table.update_item(
            Key={"id": record["dynamodb"]["Keys"]["id"]["S"]},
            UpdateExpression="ADD changes :one",
            ExpressionAttributeValues={":one": 1},
        )
