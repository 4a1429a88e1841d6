"""Makes a thumbnail of every picture that is uploaded."""

import os
import subprocess
import tempfile
from urllib.parse import unquote_plus

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = unquote_plus(record["s3"]["object"]["key"])
        # The name is the sender's; the file gets one of its own, and is gone
        # when the invocation ends.
        with tempfile.TemporaryDirectory() as folder:
            local = os.path.join(folder, "picture")
            s3.download_file(bucket, key, local)
            subprocess.run(["convert", local, "-resize", "128", local + ".png"], check=True)
