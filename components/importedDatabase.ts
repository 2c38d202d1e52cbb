import * as pulumi from "@pulumi/pulumi";
import { allowFrom, grantConnect, type ConnectableDatabase, type ProxyAttributes } from "./access";
import { Scope } from "./scope";
import type { Source } from "./securityGroups";

/**
 * A database behind its proxy that another stack deploys. Made by `ProxiedDatabase.fromStack` and
 * `ProxiedDatabase.fromAttributes`; the rules and grants that let clients in belong to this stack.
 */
export class ImportedDatabase extends pulumi.ComponentResource implements ConnectableDatabase {
  /** Nothing: what another stack deployed is there. */
  readonly ready: pulumi.Resource[] = [];
  private readonly scope: Scope;

  constructor(
    name: string,
    readonly attributes: ProxyAttributes,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-rds-proxy:index:ImportedDatabase", name, {}, opts);
    this.scope = new Scope(name, this);
    this.registerOutputs({});
  }

  /** See `ProxiedDatabase.allowFrom`. */
  allowFrom(client: string, source: pulumi.Input<string> | Source): pulumi.Resource[] {
    return allowFrom(this.scope, this.attributes, client, source);
  }

  /** See `ProxiedDatabase.grantConnect`. */
  grantConnect(client: string, roleName: pulumi.Input<string>, user?: string): pulumi.Resource {
    return grantConnect(this.scope, this.attributes, client, roleName, user);
  }

  /** See `ProxiedDatabase.fromStack`. A promise, because what the other stack says decides which resources there are. */
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
