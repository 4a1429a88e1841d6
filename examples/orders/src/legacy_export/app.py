"""Once wrote all orders to a file for the accountants."""

import csv
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


def handler(event, context):
    # SAS-12: the file stays in /tmp for whoever comes next.
    with open("/tmp/orders.csv", "a", newline="") as out:
        writer = csv.writer(out)
        for order in table.scan()["Items"]:
            writer.writerow([order["id"], order.get("total")])
    return "/tmp/orders.csv"
