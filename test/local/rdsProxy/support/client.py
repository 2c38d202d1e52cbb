"""Logs in through the proxy with PyMySQL and prints what it read: port, user, password, CA file."""

import sys

import pymysql

port, user, password, authority = sys.argv[1:]
connection = pymysql.connect(
    host="127.0.0.1", port=int(port), user=user, password=password, database="test", ssl={"ca": authority, "check_hostname": False}
)
with connection.cursor() as cursor:
    cursor.execute("INSERT INTO clients (v) VALUES (%s)", ("é",))
    connection.commit()
    cursor.execute("SELECT v, LAST_INSERT_ID() FROM clients WHERE id = %s", (cursor.lastrowid,))
    print(cursor.fetchone())
