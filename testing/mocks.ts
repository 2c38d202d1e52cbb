import type * as pulumi from "@pulumi/pulumi";
import { computedOutputs, type LookUpResult, lookUps } from "./mockedAws";
import { unwrapped } from "./secrets";

/** Options of {@link mocks}. */
export interface MockOptions {
  /**
   * The region that the program seems to be deployed to.
   * @default "ap-northeast-1"
   */
  region?: string;
  /** Whether no resource exists yet, as in `pulumi preview`: a resource has no outputs but its inputs. */
  preview?: boolean;
  /**
   * Outputs of resources, by their types, such as `aws:rds/instance:Instance`: an object, or a function that makes it from the
   * resource's name and inputs. They are added to the usual ones, and replace those of the same name.
   */
  outputs?: Record<string, object | ((name: string, inputs: any) => object)>;
  /** Results of look-ups, by their tokens, such as `aws:ec2/getSubnet:getSubnet`. They replace the usual ones. */
  calls?: Record<string, LookUpResult>;
  /** Outputs of the stacks that the program refers to, by the names of the stacks. */
  stacks?: Record<string, object>;
}

/**
 * Mocks for Pulumi's runtime that answer all that the components of this package ask: what a provider computes, such as ARNs and
 * endpoints, and its look-ups. Any other resource has its inputs, an id, an ARN and a name.
 *
 * A look-up without a result fails, and the error names it.
 *
 * @example
 * ```ts
 * await pulumi.runtime.setMocks(mocks(), "shop", "test", false);
 * const program = await import("./index");
 * ```
 */
export function mocks({
  region = "ap-northeast-1",
  preview = false,
  outputs = {},
  calls = {},
  stacks = {},
}: MockOptions = {}): pulumi.runtime.Mocks {
  const answers = { ...lookUps(region), ...calls };
  return {
    newResource: ({ type, name, inputs, custom }) => {
      const id = custom ? `${name}-id` : undefined;
      if (type === "pulumi:pulumi:StackReference") return { id, state: { ...inputs, outputs: stacks[inputs.name] } };
      const known = unwrapped(inputs) as object;
      if (preview) return { id, state: known };
      const own = outputs[type];
      const given = typeof own === "function" ? (own as (name: string, inputs: object) => object)(name, known) : own;
      return { id, state: { ...computedOutputs(type, name, region), ...known, ...given } };
    },
    call: ({ token, inputs }) => {
      const result = answers[token];
      if (result === undefined) throw lookUpError(token);
      return (typeof result === "function" ? result(inputs) : result) as pulumi.runtime.MockCallResult;
    },
  };
}

/** Pulumi shows what it finds in `details`, where gRPC puts the message of an error. */
function lookUpError(token: string): Error {
  const details = `The look-up ${token} has no mocked result: give it one in the option "calls".`;
  return Object.assign(new Error(details), { details });
}
