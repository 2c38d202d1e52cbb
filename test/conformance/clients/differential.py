"""Runs the queries of a program with a driver. Reads one JSON object, and prints a line of JSON for what it saw of each query."""

import importlib
import json
import sys
import warnings

warnings.simplefilter("ignore")
driver = importlib.import_module(sys.argv[1])
task = json.load(sys.stdin)
login = {name: task[name] for name in ["host", "port", "user", "password", "database"]}
if sys.argv[1] == "pymysql":
    from pymysql.constants import CLIENT

    login["client_flag"] = CLIENT.MULTI_STATEMENTS
if sys.argv[1] == "MySQLdb":
    login["charset"] = "utf8mb4"
connection = driver.connect(**login)
for sql in task["steps"]:
    seen = []
    try:
        cursor = connection.cursor()
        try:
            cursor.execute(sql)
            while True:
                rows = cursor.fetchall() if cursor.description else ()
                seen.append([cursor.description, cursor.rowcount, cursor.lastrowid, rows])
                if not cursor.nextset():
                    break
        finally:
            cursor.close()
    except Exception as error:  # the error is the outcome
        seen.append([type(error).__name__, error.args])
    print(json.dumps(json.dumps(seen, default=repr)), flush=True)
