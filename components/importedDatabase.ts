import * as pulumi from "@pulumi/pulumi";
import { Access } from "./access/access";
import type { ClientAccess, ConnectableDatabase, ProxyAttributes } from "./access/attributes";
import { checkComponentName, checkUnique } from "./base/names";
import { Scope } from "./base/scope";
import { Validator } from "./base/validator";
import type { Source } from "./network/securityGroups";

/**
 * A database behind its proxy that another stack deploys. `ProxiedDatabase.fromStack` and `ProxiedDatabase.fromAttributes`
 * make it. The rules and policies that let clients in belong to this stack.
 */
export class ImportedDatabase extends pulumi.ComponentResource implements ConnectableDatabase {
  /** Empty: the other stack has deployed everything that a client waits for. */
  readonly ready: pulumi.Resource[] = [];
  private readonly access: Access;

  /** @throws ArgumentError when resources cannot be named after it */
  constructor(
    name: string,
    /** What the other stack says of it. */
    readonly attributes: ProxyAttributes,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const check = new Validator(`ImportedDatabase "${name}"`);
    checkComponentName(check, name);
    checkUnique(check, "ImportedDatabase", name, opts);
    super("lambda-rds-proxy:index:ImportedDatabase", name, {}, opts);
    this.access = new Access(new Scope(name, this), attributes, check);
    this.registerOutputs({});
  }

  /** See `ProxiedDatabase.allowFrom`. */
  allowFrom(client: string, source: pulumi.Input<string> | Source): pulumi.Resource[] {
    return this.access.allowFrom(client, source);
  }

  /** See `ProxiedDatabase.grantConnect`. */
  grantConnect(client: string, roleName: pulumi.Input<string>, user?: string): pulumi.Resource {
    return this.access.grantConnect(client, roleName, user);
  }

  /** See `ProxiedDatabase.grantAccess`. */
  grantAccess(client: string, given: ClientAccess): pulumi.Resource[] {
    return this.access.grantAccess(client, given);
  }

  /** See `ProxiedDatabase.fromStack`. It is a promise, because the other stack's output decides which resources there are. */
  static async fromStack(
    name: string,
    stack: string,
    output: string,
    opts?: pulumi.ComponentResourceOptions,
  ): Promise<ImportedDatabase> {
    const reference = new pulumi.StackReference(`${name}-stack`, { name: stack }, opts);
    const details = await reference.getOutputDetails(output);
    const attributes = (details.value ?? details.secretValue) as ProxyAttributes | undefined;
    if (attributes?.proxyEndpoint === undefined) {
      throw new Error(
        `ImportedDatabase "${name}": stack ${stack} has no output "${output}" with the attributes of a ProxiedDatabase:` +
          ` add \`export const ${output} = <the ProxiedDatabase>.attributes\` to it and deploy it first.`,
      );
    }
    return new ImportedDatabase(name, attributes, opts);
  }
}
