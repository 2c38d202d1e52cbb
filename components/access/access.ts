import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../base/policy";
import type { Scope } from "../base/scope";
import type { Validator } from "../base/validator";
import { connectStatement } from "../login/auth";
import { decryptStatement, readStatement } from "../login/secrets";
import { allowInbound, httpsPort, mysqlPort, type Source } from "../network/securityGroups";
import { checkClient, checkSource } from "./arguments";
import { type ProxyAttributes, secretOf } from "./attributes";

/** The ways into one database: what lets its clients reach the proxy and log in. */
export class Access {
  /** By the group or range that they let in: clients that share one share its rules, since AWS refuses a rule that is there. */
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
    checkClient(this.check, client);
    checkSource(this.check, client, from);
    const [source = ""] = Object.values<pulumi.Input<string>>(from);
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
    checkClient(this.check, client);
    const { auth, kmsKeyArn, proxyArn } = this.attributes;
    const statements: aws.types.input.iam.PolicyStatement[] = [];
    if (auth === "password") {
      statements.push(readStatement([secretOf(this.attributes, user)]));
      // AWS's own key for Secrets Manager decrypts for everyone who may read the secret, so that one takes no kms:Decrypt.
      if (kmsKeyArn !== undefined) statements.push(decryptStatement(this.scope, kmsKeyArn));
    } else {
      statements.push(connectStatement((name) => proxyUserArn(proxyArn, name), [user]));
    }
    return this.scope.create(aws.iam.RolePolicy, `${client}-connect`, {
      role: roleName,
      policy: policyDocument(statements),
    });
  }
}

function isSource(given: pulumi.Input<string> | Source): given is Source {
  return typeof given === "object" && ("securityGroupId" in given || "cidrIpv4" in given || "cidrIpv6" in given);
}

/**
 * A rule is named after what it lets in where that is known, and so outlives the first of several clients in one group.
 * A rule under a new name would be created before the old one is gone, which AWS refuses: they are the same rule to it.
 */
function ruleKey(client: string, source: pulumi.Input<string>): string {
  return typeof source === "string" ? source.replace(/[^\w.-]+/g, "-") : client;
}

/**
 * A user of a proxy, as policies name it: by the proxy's id, which is the last part of its ARN, not by its name.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
 */
function proxyUserArn(proxyArn: pulumi.Input<string>, user: string): pulumi.Output<string> {
  return pulumi.output(proxyArn).apply((arn) => {
    const [, partition = "", , region = "", account = "", , id = ""] = arn.split(":");
    return `arn:${partition}:rds-db:${region}:${account}:dbuser:${id}/${user}`;
  });
}
