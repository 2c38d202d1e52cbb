import { createConnection } from "mysql2/promise";

/** Connects to a database itself, whose certificate is not the proxy's. */
export async function connectDirectly(): Promise<string> {
  const connection = await createConnection({ host: "127.0.0.1", port: 1, ssl: "Amazon RDS" }).catch(
    (error: unknown) => (error as { code: string }).code,
  );
  return typeof connection === "string" ? connection : "connected";
}
