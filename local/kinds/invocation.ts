import { createHash } from "node:crypto";
import type { Account } from "../account";
import type { Created, Kind, Properties } from "../engine";

interface InvocationInputs {
  functionName: string;
  input: string;
  qualifier?: string;
  lifecycleScope?: "CREATE_ONLY" | "CRUD";
  terraformKey?: string;
}

/**
 * `aws.lambda.Invocation`: invokes the function when the resource is created, and fails when the callback fails. With
 * `lifecycleScope: "CRUD"` also when it is changed or deleted, and the function is told which of them it is.
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/lambda/invocation.go
 */
export const invocation: Kind = {
  async create(inputs, _resource, account) {
    return invoke("create", inputs, undefined, account);
  },
  async update({ state }, inputs, account) {
    return (await invoke("update", inputs, state, account)).state;
  },
  async delete({ state }, account) {
    if (state.lifecycleScope === "CRUD") await invoke("delete", state, state, account);
  },
};

async function invoke(
  action: "create" | "update" | "delete",
  inputs: Properties,
  before: Properties | undefined,
  { lambda }: Account,
): Promise<Created> {
  const given = inputs as unknown as InvocationInputs;
  const { functionName, qualifier = "$LATEST" } = given;
  const payload = given.lifecycleScope === "CRUD" ? withLifecycle(action, given, before) : given.input;
  const outcome = await lambda.invoke(functionName, payload);
  if ("error" in outcome) {
    throw new Error(`invoking Lambda Function (${functionName}): ${JSON.stringify(outcome.error)}`);
  }
  const id = [functionName, qualifier, createHash("md5").update(payload).digest("hex")].join(",");
  return { id, state: { ...inputs, qualifier, result: outcome.result } };
}

/** The event with what the provider adds to it: what happens, and the event before, which is null for the first one. */
function withLifecycle(action: string, { input, terraformKey = "tf" }: InvocationInputs, before?: Properties): string {
  const event = JSON.parse(input) as unknown;
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    throw new Error('lifecycle_scope other than "CREATE_ONLY" requires input to be a JSON object');
  }
  const previous = before === undefined ? null : (JSON.parse(String(before.input)) as unknown);
  return JSON.stringify({ ...event, [terraformKey]: { action, prev_input: previous } });
}
