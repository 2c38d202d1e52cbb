import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { fetched, hasModule } from "../local/rdsProxy/support/differentialDrivers";
import { closeAll, masterPassword, masterUser, serverKinds, startProxy } from "../local/rdsProxy/support/harness";

const run = promisify(execFile);
const python = join(fetched, "python/bin/python");
const jar = join(fetched, "mysql-connector-j-9.7.0.jar");
const programs = join(__dirname, "clients");

/** A driver of another language, and the program that does with it what an application does. */
interface Client {
  command: string;
  args: string[];
  isThere: boolean;
}

const clients: Record<string, Client> = {
  ...Object.fromEntries(
    Object.entries({ PyMySQL: "pymysql", "the C client": "MySQLdb", "Connector/Python": "mysql.connector" }).map(
      ([name, module]) => [
        name,
        { command: python, args: [join(programs, "dbapi.py"), module], isThere: hasModule(module) },
      ],
    ),
  ),
  "Connector/J": {
    command: "java",
    args: ["-cp", jar, join(programs, "ConnectorJ.java")],
    isThere: existsSync(jar) && spawnSync("javac", ["-version"]).status === 0,
  },
  Prisma: {
    command: process.execPath,
    args: ["--experimental-transform-types", "--no-warnings", join(fetched, "prisma/app.mts")],
    isThere: existsSync(join(fetched, "prisma/generated/client.ts")),
  },
};

/**
 * Connect, pool, migrate, transact, prepared statements, cursors, batches and procedures: each step has the same outcome through the
 * proxy as without it. The script `conformance` runs it.
 */
for (const [name, { command, args, isThere }] of Object.entries(clients)) {
  describe(`an application with ${name}`, function () {
    this.timeout(300_000);
    before(function () {
      if (isThere) return;
      console.log(`      ${name} is left out, since scripts/get-drivers.sh has not fetched it.`);
      this.skip();
    });
    afterEach(closeAll);

    const steps = async (port: number): Promise<string[]> => {
      const env = { ...process.env, PORT: String(port), DATABASE_USER: masterUser, PASSWORD: masterPassword };
      const { stdout } = await run(command, args, { env, maxBuffer: 2 ** 28 });
      return stdout.trim().split("\n").map(comparable);
    };

    for (const { name: serverName, start } of serverKinds) {
      it(`sees no difference over ${serverName}`, async () => {
        const server = await start();
        const { proxy } = await startProxy(server, {
          clientPasswordAuthType: "MYSQL_NATIVE_PASSWORD",
          // Prisma's and Connector/J's pools prepare statements, which pins a session. Each of theirs needs a connection of its own then.
          config: { maxConnectionsPercent: 50 },
          log: () => undefined,
        });
        const direct = await steps(server.port);
        const through = await steps(proxy.port);
        assert.deepEqual(through, direct);
        assert.ok(direct.length > 15, direct.join("\n"));
      });
    }
  });
}

/** What differs between two runs without the proxy, too: ids of threads and addresses of objects. */
function comparable(line: string): string {
  return line.replace(/0x[0-9a-f]{6,}/g, "0x").replace(/@[0-9a-f]{6,}\b/g, "@");
}
