"""The article's way: PyMySQL and Powertools, with the connection's data in the environment."""

import json
import os
import sys
import time

started = time.perf_counter()

import pymysql
from aws_lambda_powertools import Logger

logger = Logger(service="article")


def handler(event, context):
    connection = pymysql.connect(
        host=os.environ["DB_ENDPOINT"],
        port=int(os.environ["DB_PORT"]),
        user=os.environ["DB_USER"],
        password=os.environ["BENCH_PASSWORD"],
        database=os.environ["DB_NAME"],
        ssl={"ca": os.environ["NODE_EXTRA_CA_CERTS"]},
    )
    with connection.cursor() as cursor:
        cursor.execute("select * from sample")
        rows = cursor.fetchall()
    logger.info({"rows": rows})
    return rows


load = (time.perf_counter() - started) * 1000
rows = handler({}, None)
first_row = (time.perf_counter() - started) * 1000
print(json.dumps({"load": load, "firstRow": first_row, "rows": rows}), file=sys.stderr)
