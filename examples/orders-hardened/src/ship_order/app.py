"""Ships orders that the payment service reports as paid."""

import json
import os

import boto3
from botocore.exceptions import ClientError

table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
sns = boto3.client("sns")


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])["id"]
        try:
            # Whether the order is paid stands in the table, not in the message.
            table.update_item(
                Key={"id": order},
                UpdateExpression="SET #s = :shipped",
                ConditionExpression="#s = :paid",
                ExpressionAttributeNames={"#s": "state"},
                ExpressionAttributeValues={":shipped": "shipped", ":paid": "paid"},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                continue
            raise
        sns.publish(TopicArn=os.environ["ORDER_EVENTS"], Message=json.dumps({"id": order}))
