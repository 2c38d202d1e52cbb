"""What an application does with a database, through a driver of Python. Prints a line of JSON for each step."""

import datetime
import decimal
import importlib
import json
import os
import sys

name = sys.argv[1]
driver = importlib.import_module(name)
login = {
    "host": "127.0.0.1",
    "port": int(os.environ["PORT"]),
    "user": os.environ["DATABASE_USER"],
    "password": os.environ["PASSWORD"],
    "charset": "utf8mb4",
}


def show(step, value):
    print(json.dumps([step, value], default=repr), flush=True)


def attempt(step, action):
    try:
        show(step, action())
    except Exception as error:  # the error is the outcome
        show(step, [type(error).__name__, error.args])


def connect(**more):
    connection = driver.connect(**{**login, **more})
    connection.autocommit(True) if callable(connection.autocommit) else setattr(connection, "autocommit", True)
    return connection


def rows(connection, sql, values=None, **cursor):
    with_cursor = connection.cursor(**cursor)
    with_cursor.execute(sql, values) if values is not None else with_cursor.execute(sql)
    found = with_cursor.fetchall() if with_cursor.description else with_cursor.rowcount
    with_cursor.close()
    return found


connection = connect()
attempt("connect", lambda: rows(connection, "SELECT 1, 'é', NULL"))
for sql in [
    "DROP DATABASE IF EXISTS clients",
    "CREATE DATABASE clients",
    "CREATE TABLE clients.items (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) UNIQUE, price DECIMAL(10,2),"
    " made DATETIME(6), picture BLOB, details JSON) CHARSET utf8mb4",
    "ALTER TABLE clients.items ADD COLUMN size ENUM('s', 'm', 'l') NOT NULL DEFAULT 'm', ADD INDEX by_price (price)",
    "CREATE PROCEDURE clients.twice(IN a INT, OUT b INT, INOUT c INT) BEGIN SELECT a; SET b = 2 * a; SET c = c + a; END",
]:
    attempt("migrate", lambda: rows(connection, sql))

connection.select_db("clients") if hasattr(connection, "select_db") else rows(connection, "USE clients")
values = ("Привет 🙂", decimal.Decimal("12.50"), datetime.datetime(2026, 11, 24, 10, 0, 0, 125), b"\x00\xff'\\", '{"a": [1]}')
insert = "INSERT INTO items (name, price, made, picture, details) VALUES (%s, %s, %s, %s, %s)"
attempt("values", lambda: rows(connection, insert, values))
attempt("types", lambda: rows(connection, "SELECT * FROM items"))
attempt("duplicate", lambda: rows(connection, insert, values))
attempt("syntax", lambda: rows(connection, "SELEC 1"))


def batch():
    cursor = connection.cursor()
    cursor.executemany("INSERT INTO items (name, price) VALUES (%s, %s)", [(f"item {number}", number) for number in range(500)])
    counted = cursor.rowcount
    cursor.close()
    return counted


attempt("batch", batch)


def transact(end):
    rows(connection, "START TRANSACTION")
    rows(connection, "INSERT INTO items (name) VALUES ('in transaction')")
    rows(connection, "SAVEPOINT one")
    rows(connection, "UPDATE items SET price = 1 WHERE name = 'in transaction'")
    rows(connection, "ROLLBACK TO SAVEPOINT one")
    inside = rows(connection, "SELECT name, price FROM items WHERE name = 'in transaction'")
    getattr(connection, end)()
    return [inside, rows(connection, "SELECT COUNT(*) FROM items")]


attempt("rollback", lambda: transact("rollback"))
attempt("commit", lambda: transact("commit"))


def call():
    cursor = connection.cursor()
    arguments = cursor.callproc("twice", (4, 0, 5))
    found = [list(arguments) if arguments else None]
    if hasattr(cursor, "stored_results"):
        found += [result.fetchall() for result in cursor.stored_results()]
    else:
        found.append(cursor.fetchall())
        while cursor.nextset():
            found.append(cursor.fetchall() if cursor.description else None)
        cursor.execute("SELECT @_twice_1, @_twice_2")
        found.append(cursor.fetchall())
    cursor.close()
    return found


attempt("procedure", call)


def streamed():
    cursor = connection.cursor(importlib.import_module(f"{name}.cursors").SSCursor) if name != "mysql.connector" else connection.cursor(buffered=False)
    cursor.execute("SELECT id, name FROM items ORDER BY id")
    found = [cursor.fetchone() for _ in range(3)] + list(cursor.fetchmany(5))
    rest = len(list(cursor.fetchall()))
    cursor.close()
    return [found, rest]


attempt("streamed", streamed)
attempt("long value", lambda: rows(connection, "SELECT LENGTH(%s)", ("x" * 3_000_000,)))

if name == "mysql.connector":
    from mysql.connector import pooling

    def prepared():
        cursor = connection.cursor(prepared=True)
        found = []
        for number in range(20):
            cursor.execute("SELECT name, price FROM items WHERE id = %s OR name = %s", (number, f"item {number}"))
            found.append(cursor.fetchall())
        cursor.close()
        return found

    attempt("prepared", prepared)

    def pooled():
        pool = pooling.MySQLConnectionPool(pool_size=4, pool_reset_session=True, database="clients", **login)
        found = []
        for number in range(20):
            one = pool.get_connection()
            found.append(rows(one, "SELECT @kept, DATABASE(), COUNT(*) FROM items"))
            rows(one, "SET @kept = 1")
            one.close()
        return found

    attempt("pool", pooled)
    attempt("change user", lambda: connection.cmd_change_user(login["user"], login["password"], "clients"))
    attempt("reset", lambda: connection.reset_connection())

attempt("ping", lambda: connection.ping())
attempt("another character set", lambda: (rows(connection, "SET NAMES latin1"), rows(connection, "SELECT HEX('é'), @@character_set_client"))[1])
rows(connection, "DROP DATABASE clients")
connection.close()
