package project

import "strings"

// popular are Python packages that are often copied beside a function's code
// without the record that pip leaves. A folder of the name that is a package
// is taken for the copy: nobody calls a package of their own botocore.
var popular = func() map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq(`
		boto3 botocore s3transfer urllib3 requests certifi idna chardet charset_normalizer jmespath dateutil pytz
		pymysql psycopg2 psycopg mysql pymongo bson redis sqlalchemy alembic peewee asyncpg aiomysql
		flask werkzeug jinja2 markupsafe click itsdangerous blinker fastapi starlette uvicorn mangum django bottle tornado
		pydantic pydantic_core typing_extensions annotated_types attr attrs marshmallow jsonschema
		aws_lambda_powertools aws_xray_sdk wrapt opensearchpy elasticsearch elastic_transport requests_aws4auth crhelper
		numpy pandas scipy sklearn matplotlib PIL cv2 networkx
		yaml ruamel simplejson orjson ujson msgpack toml tomli lxml bs4 html5lib defusedxml xmltodict
		jwt jose cryptography Crypto nacl OpenSSL rsa ecdsa pyasn1 cffi pycparser paramiko bcrypt
		httpx httpcore h11 aiohttp anyio sniffio multidict yarl frozenlist
		google grpc openai anthropic langchain langchain_core tiktoken transformers torch
		slack_sdk slack stripe twilio sendgrid sentry_sdk ddtrace datadog datadog_lambda newrelic opentelemetry
		setuptools pkg_resources pip wheel distutils packaging six docutils rsa
	`) {
		m[name] = true
	}
	return m
}()
