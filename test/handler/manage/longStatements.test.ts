import assert from "node:assert/strict";
import { tableGoneOver } from "../../../handler/manage/longStatements";

/** Statements, and the table that each of them goes over. */
const statements: [sql: string, table: string[] | undefined][] = [
  ["alter table orders add index (id)", ["orders"]],
  ["-- why\n/* so */ ALTER TABLE `a``b` . `c d` engine=InnoDB", ["a`b", "c d"]],
  ["alter online ignore table if exists t force", ["t"]],
  ["alter table t add column c int, ALGORITHM=INSTANT", undefined],
  ["alter table t add column c int, algorithm instant", undefined],
  ["create unique index `on t` on orders (id)", ["orders"]],
  ["create index i using btree on shop.orders (id)", ["shop", "orders"]],
  ["optimize local table t", ["t"]],
  ["update orders set paid = 1", ["orders"]],
  ["update orders set paid = 1\nwhere id = 5", undefined],
  ["delete from orders", ["orders"]],
  ["delete from orders where id < 5", undefined],
  ["-- lambda-rds-proxy: run anyway\ndelete from orders", undefined],
  ["alter user u comment 'alter table t'", undefined],
  ["insert into t values ('alter table x')", undefined],
  ["create table t (id int)", undefined],
  ["drop table t", undefined],
];

describe("a statement that goes over a whole table", () => {
  for (const [sql, table] of statements) {
    it(`${table === undefined ? "is not" : "is"}: ${JSON.stringify(sql)}`, () => {
      assert.deepEqual(tableGoneOver(sql), table);
    });
  }
});
