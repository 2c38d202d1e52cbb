import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { checkClientName } from "../base/names";
import { connectAs, decryptSecrets, policyDocument, proxyUserArn, readSecrets } from "../base/permissions";
import type { Scope } from "../base/scope";
import type { Validator } from "../base/validator";
import { allowInbound, httpsPort, mysqlPort, type Source } from "../network/securityGroups";
import { checkSource } from "./arguments";
import { authOf, type ClientAccess, type ProxyAttributes, secretOf } from "./attributes";

/** The ways into one database: what lets its clients reach the proxy and log in. */
export class Access {
  /** The rules by the group or range that they let in. Clients that share one share its rules: AWS refuses a second rule. */
  private readonly rules = new Map<pulumi.Input<string>, pulumi.Resource[]>();

  constructor(
    private readonly scope: Scope,
    private readonly attributes: ProxyAttributes,
    private readonly check: Validator,
  ) {}

  /**
   * See `ProxiedDatabase.allowFrom`.
   *
   * @throws ArgumentError when the client is in the proxy's or the database's group, or when there cannot be such a rule
   */
  allowFrom(client: string, given: pulumi.Input<string> | Source): pulumi.Resource[] {
    const { proxySecurityGroupId, databaseSecurityGroupId } = this.attributes;
    const from = isSource(given) ? given : { securityGroupId: given };
    checkClientName(this.check, client);
    checkSource(this.check, client, from);
    const [source = ""] = Object.values<pulumi.Input<string>>({ ...from });
    if (source === proxySecurityGroupId || source === databaseSecurityGroupId) {
      this.check.refuse(
        `the group of ${client}`,
        source,
        "that is the proxy's or the database's, and sharing it lets nobody in: give the client a group of its own",
      );
    }
    const rules = this.rules.get(source) ?? this.createRules(client, source, from);
    this.rules.set(source, rules);
    return rules;
  }

  private createRules(client: string, source: pulumi.Input<string>, from: Source): pulumi.Resource[] {
    if (source === "0.0.0.0/0" || source === "::/0") {
      this.scope.warn(`${client} lets any address reach the proxy: name a range, or better a security group.`);
    }
    const { proxySecurityGroupId, secretsManagerSecurityGroupId } = this.attributes;
    const key = ruleKey(client, source);
    const rules = [
      allowInbound(this.scope, `${key}-to-proxy`, {
        from,
        to: proxySecurityGroupId,
        port: mysqlPort,
        description: `MySQL from ${client}`,
      }),
    ];
    if (secretsManagerSecurityGroupId !== undefined) {
      rules.push(
        allowInbound(this.scope, `${key}-to-secretsmanager`, {
          from,
          to: secretsManagerSecurityGroupId,
          port: httpsPort,
          description: `HTTPS from ${client}`,
        }),
      );
    }
    return rules;
  }

  /** See `ProxiedDatabase.grantConnect`. */
  grantConnect(client: string, roleName: pulumi.Input<string>, user = this.attributes.defaultUser): aws.iam.RolePolicy {
    checkClientName(this.check, client);
    const { kmsKeyArn, proxyArn, users } = this.attributes;
    this.check.oneOf(`the user of ${client}`, user, Object.keys(users));
    const statements: aws.types.input.iam.PolicyStatement[] = [];
    if (authOf(this.attributes, user) === "password") {
      statements.push(readSecrets([secretOf(this.attributes, user)]));
      // AWS's own key for Secrets Manager needs no kms:Decrypt: it decrypts for everyone who may read the secret.
      if (kmsKeyArn !== undefined) statements.push(decryptSecrets(this.scope, kmsKeyArn));
    } else {
      statements.push(connectAs([proxyUserArn(proxyArn, user)]));
    }
    return this.scope.create(aws.iam.RolePolicy, `${client}-connect`, {
      role: roleName,
      policy: policyDocument(statements),
    });
  }

  /** See `ProxiedDatabase.grantAccess`. */
  grantAccess(client: string, { source, roleName, user }: ClientAccess): pulumi.Resource[] {
    return [...this.allowFrom(client, source), this.grantConnect(client, roleName, user)];
  }
}

function isSource(given: pulumi.Input<string> | Source): given is Source {
  return typeof given === "object" && ("securityGroupId" in given || "cidrIpv4" in given || "cidrIpv6" in given);
}

/**
 * A rule is named after the group or range that it lets in, where that is known. So it outlives the first of several clients in
 * one group. Under a new name, Pulumi would create it before it deletes the old one, and AWS refuses the same rule twice.
 */
function ruleKey(client: string, source: pulumi.Input<string>): string {
  return typeof source === "string" ? source.replace(/[^\w.-]+/g, "-") : client;
}
