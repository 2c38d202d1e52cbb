"""Runs the queries of a program with PyMySQL. Reads one JSON object, and prints what it saw of each query as JSON."""

import json
import sys
import warnings

import pymysql
from pymysql.constants import CLIENT

warnings.simplefilter("ignore")
task = json.load(sys.stdin)
connection = pymysql.connect(
    host=task["host"],
    port=task["port"],
    user=task["user"],
    password=task["password"],
    database=task["database"],
    client_flag=CLIENT.MULTI_STATEMENTS,
)
outcomes = []
for sql in task["steps"]:
    seen = []
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            while True:
                result = cursor._result
                seen.append([cursor.description, cursor.rowcount, cursor.lastrowid, result and result.warning_count, cursor.fetchall()])
                if not cursor.nextset():
                    break
    except Exception as error:  # the error is the outcome
        seen.append([type(error).__name__, error.args])
    outcomes.append(json.dumps(seen, default=repr))
print(json.dumps(outcomes))
