variable "name" {}

resource "aws_s3_bucket" "this" {
  count  = 1
  bucket = var.name
}

resource "aws_s3_bucket_versioning" "this" {
  count  = 1
  bucket = aws_s3_bucket.this[0].id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket            = join("", aws_s3_bucket.this[*].id)
  block_public_acls = true
}

output "name" {
  value = aws_s3_bucket.this[0].bucket
}

output "arn" {
  value = one(aws_s3_bucket.this[*].arn)
}
