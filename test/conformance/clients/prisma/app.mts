// What an application does with a database, through Prisma. Prints a line of JSON for each step. Prisma's own migrations are not among
// them: they need a program that npm does not have.
import { PrismaMariaDb } from "@prisma/adapter-mariadb";
import { PrismaClient } from "./generated/client.ts";

const login = {
  host: "127.0.0.1",
  port: Number(process.env.PORT),
  user: process.env.DATABASE_USER ?? "",
  password: process.env.PASSWORD ?? "",
  allowPublicKeyRetrieval: true,
  connectionLimit: 4,
};

async function attempt(step: string, action: () => Promise<unknown>): Promise<void> {
  const outcome = await action().catch((error: unknown) => {
    const { code, message } = error as { code?: string; message: string };
    return { code, message: message.split("\n").at(-1) };
  });
  console.log(
    JSON.stringify([step, outcome], (_key, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)),
  );
}

const admin = new PrismaClient({ adapter: new PrismaMariaDb({ ...login, database: "mysql" }) });
for (const sql of [
  "DROP DATABASE IF EXISTS clients",
  "CREATE DATABASE clients CHARSET utf8mb4",
  "CREATE TABLE clients.Item (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) UNIQUE NOT NULL, price DECIMAL(10,2) NOT NULL," +
    " made DATETIME(3) NOT NULL DEFAULT '2026-11-24 10:00:00.125', details JSON)",
  "CREATE TABLE clients.`Order` (id INT AUTO_INCREMENT PRIMARY KEY, itemId INT NOT NULL, FOREIGN KEY (itemId) REFERENCES Item(id))",
]) {
  await attempt("migrate", () => admin.$executeRawUnsafe(sql));
}

const made = new Date("2026-11-24T10:00:00.125Z");
const prisma = new PrismaClient({ adapter: new PrismaMariaDb({ ...login, database: "clients" }) });
await attempt("create", () =>
  prisma.item.create({ data: { name: "Привет 🙂", price: "12.50", made, details: { a: [1] } } }),
);
await attempt("duplicate", () => prisma.item.create({ data: { name: "Привет 🙂", price: "1", made } }));
const items = Array.from({ length: 300 }, (_, index) => ({ name: `item ${index}`, price: index, made }));
await attempt("batch", () => prisma.item.createMany({ data: items }));
await attempt("find", () =>
  prisma.item.findMany({ where: { price: { gt: 250 }, name: { contains: "9" } }, orderBy: { id: "desc" }, take: 7 }),
);
await attempt("nested", () =>
  prisma.item.create({
    data: { name: "nested", price: 3, made, orders: { create: [{}, {}] } },
    include: { orders: true },
  }),
);
await attempt("update", () =>
  prisma.item.updateMany({ where: { price: { lt: 10 } }, data: { price: { increment: 1 } } }),
);
await attempt("upsert", () =>
  prisma.item.upsert({ where: { name: "item 1" }, create: { name: "x", price: 1 }, update: { price: 99 } }),
);
await attempt("transaction", () =>
  prisma.$transaction([prisma.item.count(), prisma.item.delete({ where: { name: "item 2" } }), prisma.item.count()]),
);
await attempt("interactive transaction", () =>
  prisma.$transaction(
    async (inside) => {
      await inside.item.create({ data: { name: "inside", price: 1, made } });
      return inside.item.count();
    },
    { isolationLevel: "Serializable" },
  ),
);
await attempt("rolled back", () =>
  prisma.$transaction(async (inside) => {
    await inside.item.deleteMany({ where: { orders: { none: {} } } });
    throw new Error("no");
  }),
);
await attempt("count", () => prisma.item.count());
await attempt("pool", () =>
  Promise.all(Array.from({ length: 40 }, (_, index) => prisma.item.findUnique({ where: { name: `item ${index}` } }))),
);
await attempt("raw", () => prisma.$queryRaw`SELECT name, price, made, details FROM Item WHERE id < ${4}`);
await attempt("aggregate", () => prisma.item.aggregate({ _sum: { price: true }, _avg: { id: true }, _count: true }));
await attempt("syntax", () => prisma.$queryRawUnsafe("SELEC 1"));
await prisma.$executeRawUnsafe("DROP DATABASE clients");
await prisma.$disconnect();
await admin.$disconnect();
