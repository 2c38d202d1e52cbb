import assert from "node:assert/strict";
import { withDocuments } from "../../../local/provider/documents";
import { Schemas } from "../../../local/provider/schema";
import { unknown } from "../../../local/provider/values";

describe("policies that a program gives as objects", () => {
  const { inputs } = new Schemas(process.cwd()).resource("aws:iam/role:Role") ?? assert.fail();
  const written = (document: unknown) => withDocuments(inputs, { name: "worker", assumeRolePolicy: document });

  it("become JSON with sorted keys", () => {
    assert.deepEqual(written({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole" }] }), {
      name: "worker",
      assumeRolePolicy: '{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow"}],"Version":"2012-10-17"}',
    });
  });

  it("are unknown as a whole when a part of them is", () => {
    const statement = { Effect: "Allow", Resource: unknown };
    assert.equal(written({ Statement: [statement] }).assumeRolePolicy, unknown);
  });

  it("stay as they are when they are text, as everything else does", () => {
    assert.deepEqual(written("{ }"), { name: "worker", assumeRolePolicy: "{ }" });
  });
});
