"""Makes a thumbnail of every picture that is uploaded."""

import os
import subprocess
from urllib.parse import unquote_plus

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = unquote_plus(record["s3"]["object"]["key"])
        local = "/tmp/" + os.path.basename(key)
        s3.download_file(bucket, key, local)
        # SAS-1: the name of the file is part of a shell command.
        subprocess.run(f"convert {local} -resize 128 {local}.thumb.png", shell=True, check=True)
