import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Action } from "../../doctor/calls";
import { isWell, textOf } from "../../doctor/report";
import { cases, problemsOf } from "../doctor/support/cases";
import { made, Patient } from "../doctor/support/patient";

const document = readFileSync(join(__dirname, "../../docs/doctor.md"), "utf8");

describe("the doctor", function () {
  this.timeout(60_000);

  for (const auth of [undefined, "iam"] as const) {
    describe(`of a function that logs in with ${auth === undefined ? "a password" : "a token"}`, () => {
      let patient: Patient;
      before(async () => {
        patient = await Patient.open(auth === undefined ? {} : { auth });
      });
      after(() => patient.close());

      it("finds nothing in a healthy stack", async () => {
        const hops = await patient.diagnose();
        assert.deepEqual(problemsOf(hops), [], textOf(hops));
        assert.ok(isWell(hops));
      });

      for (const { title, breakIt, change, expected } of cases.filter((one) => one.auth === auth)) {
        it(`says it: ${title.charAt(0).toLowerCase()}${title.slice(1)}`, async () => {
          const repair = await breakIt?.(patient);
          try {
            const hops = await patient.diagnose(change);
            const found = problemsOf(hops);
            for (const [hop, reason, cause, fix] of expected) {
              const matching = found.find(
                (one) => one[0] === hop && one[1] === reason && cause.test(one[2]) && fix.test(one[3]),
              );
              assert.ok(
                matching,
                `${hop} ${String(reason)} ${String(cause)} ${String(fix)} is not in:\n${textOf(hops)}`,
              );
            }
            const others = found.filter(([hop]) => !expected.some(([wanted]) => wanted === hop));
            assert.deepEqual(others, [], textOf(hops));
            assert.doesNotMatch(textOf(hops), /hunter2|another"/);
          } finally {
            await repair?.();
            if (breakIt !== undefined) await patient.reconnect(undefined);
          }
        });
      }

      it("finds nothing once all is repaired", async () => {
        await patient.reconnect(undefined);
        const hops = await patient.diagnose();
        assert.deepEqual(problemsOf(hops), [], textOf(hops));
      });

      it("needs no more than the policy of docs/doctor.md, and says what it may not ask", async () => {
        const [, policy = ""] = /```json\n(.*?)```/s.exec(document) ?? [];
        const { iam } = patient.account;
        const allowed = await patient.diagnose(undefined, { ...patient.operator, ...iam.operator(policy) });
        assert.deepEqual(problemsOf(allowed), []);
        const less = JSON.stringify(JSON.parse(policy)).replace('"rds:DescribeDBProxyTargets",', "");
        const refused = await patient.diagnose(undefined, { ...patient.operator, ...iam.operator(less) });
        const problem = refused.at(-1)?.problems[0];
        assert.equal(problem?.reason, "AccessDenied");
        assert.match(problem.fix, /call rds:DescribeDBProxyTargets:/);
        patient.operator = { ...patient.operator, ...iam.operator() };
      });
    });
  }

  describe("of a deployment that gives up", () => {
    it("has said the cause and the fix in its error", async () => {
      const patient = await Patient.open();
      try {
        const { lambda } = patient.account;
        const name = lambda.names.find((one) => one.includes("manager")) ?? "";
        const { configuration } = lambda.describe(name) ?? {};
        assert.ok(configuration);
        // The managing function leaves eight seconds unused.
        configuration.timeout = 12;
        await patient.database.server.shutDown();
        const outcome = await lambda.invoke(name, JSON.stringify({ owner: "test", users: {}, onDelete: "try" }));
        const { errorMessage = "" } = "error" in outcome ? outcome.error : {};
        assert.match(errorMessage, /the proxy's target has not become available/);
        assert.match(errorMessage, new RegExp(`doctor --function ${name}`));
        assert.match(errorMessage, /UNREACHABLE: .* AUTH_FAILURE: .* CONNECTION_FAILED: /);
        await patient.reconnect(undefined);
      } finally {
        await patient.close();
      }
    });
  });

  describe("of a function that uses the readers of a cluster", () => {
    it("finds nothing in a healthy stack, and the rule that is missing", async () => {
      const patient = await Patient.open({}, "doctoredCluster");
      try {
        const { variables = {} } = patient.account.lambda.describe(patient.functionName)?.configuration ?? {};
        const [endpoint] = patient.proxy.furtherEndpoints;
        variables.DB_ENDPOINT = endpoint?.host ?? "";
        assert.deepEqual(problemsOf(await patient.diagnose()), []);
        const undo = patient.changeRules((rules) => {
          rules.clear();
        });
        const found = problemsOf(await patient.diagnose()).map(([hop]) => hop);
        undo();
        assert.deepEqual([...new Set(found)], ["function → Secrets Manager", "function → proxy", "proxy → database"]);
      } finally {
        await patient.close();
      }
    });
  });

  describe("of all these stacks", () => {
    it("makes exactly the calls that its policy lists", () => {
      const [, policy = "{}"] = /```json\n(.*?)```/s.exec(document) ?? [];
      const { Statement } = JSON.parse(policy) as { Statement: { Action: Action[] }[] };
      const listed = Statement.flatMap(({ Action: actions }) => actions);
      assert.deepEqual(listed.sort(), [...made].sort());
    });
  });
});
