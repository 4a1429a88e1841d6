"""Ships orders that the payment service reports as paid."""

import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
sns = boto3.client("sns")


def handler(event, context):
    for record in event["Records"]:
        message = json.loads(record["body"])
        # SAS-9: the message itself says that the order is paid.
        if message["state"] != "paid":
            continue
        table.update_item(
            Key={"id": message["id"]},
            UpdateExpression="SET #s = :shipped",
            ExpressionAttributeNames={"#s": "state"},
            ExpressionAttributeValues={":shipped": "shipped"},
        )
        sns.publish(TopicArn=os.environ["ORDER_EVENTS"], Message=json.dumps({"id": message["id"]}))
