"""Keeps the number of changes of an order up to date."""

import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["CHANGES_TABLE"])


def handler(event, context):
    for record in event["Records"]:
        if record["eventName"] == "REMOVE":
            continue
        # Another table: this write starts nothing.
        table.update_item(
            Key={"id": record["dynamodb"]["Keys"]["id"]["S"]},
            UpdateExpression="ADD changes :one",
            ExpressionAttributeValues={":one": 1},
        )
