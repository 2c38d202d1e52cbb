import type { Action, Calls } from "../../../doctor/calls";
import type { Hop } from "../../../doctor/report";
import type { Patient } from "./patient";

type Change = <A extends Action>(action: A, answer: Calls[A][1] | undefined) => unknown;

/** A stack that is broken in one way, and what the doctor says of it. */
export interface Case {
  /** What is wrong, in the words of docs/doctor.md. */
  title: string;
  /** How functions log in. @default password */
  auth?: "iam";
  /** Breaks the stack. @returns what repairs it */
  breakIt?: (patient: Patient) => Promise<() => unknown> | (() => unknown);
  /** Changes what AWS's SDK has received, where the stand-in cannot be broken that way. */
  change?: Change;
  /** The hop with the cross, AWS's reason, and words of the cause and of the fix. */
  expected: [hop: string, reason: string | undefined, cause: RegExp, fix: RegExp][];
}

/** Changes the answer to one call. */
function answering<A extends Action>(wanted: A, change: (answer: Calls[A][1]) => unknown): Change {
  return (action, answer) => {
    if (action === (wanted as string)) change(answer as never);
    return answer;
  };
}

const isProxyToDatabase = (patient: Patient) => (rule: any) =>
  rule.direction === "inbound" && rule.securityGroupId === patient.database.networkInterface.securityGroupIds[0];

/** Stores another value in the proxy's first secret, and makes the proxy connect with it. */
function secretOf(value: string, reason: string) {
  return async (patient: Patient) => {
    const { proxy, account } = patient;
    const before = proxy.identity.auths.map(({ secretArn }) => {
      const secret = account.secretsManager.secrets.get(secretArn);
      const text = secret?.value ?? "";
      secret?.put(value, ["AWSCURRENT"]);
      return () => secret?.put(text, ["AWSCURRENT"]);
    });
    await patient.reconnect(reason);
    return async () => {
      for (const undo of before) undo();
      await patient.reconnect(undefined);
    };
  };
}

export const cases: Case[] = [
  {
    title: "The database's group does not let the proxy in",
    async breakIt(patient) {
      const undo = patient.changeRules((rules) => {
        for (const [id, rule] of rules) if (isProxyToDatabase(patient)(rule)) rules.delete(id);
      });
      await patient.reconnect("UNREACHABLE");
      return undo;
    },
    expected: [
      [
        "proxy → database",
        "UNREACHABLE",
        /database's security group sg-\w+ has no inbound rule for tcp 3306 from the proxy/,
        /authorize-security-group-ingress --group-id sg-/,
      ],
      ["target", "UNREACHABLE", /at "proxy → database" above/, /the same/],
    ],
  },
  {
    title: "The proxy and the database have one group, without a rule for itself",
    async breakIt(patient) {
      const own = patient.proxy.networkInterface;
      const before = own.securityGroupIds;
      own.securityGroupIds = patient.database.networkInterface.securityGroupIds;
      await patient.reconnect("UNREACHABLE");
      return () => {
        own.securityGroupIds = before;
      };
    },
    expected: [
      ["function → proxy", undefined, /no (inbound|outbound) rule for tcp 3306/, /authorize-security-group/],
      [
        "proxy → database",
        "UNREACHABLE",
        /have the same security group sg-\w+, which has no rule for itself/,
        /authorize-security-group/,
      ],
      ["target", "UNREACHABLE", /at "proxy → database" above/, /the same/],
    ],
  },
  {
    title: "The database's group lets the proxy in on another port",
    async breakIt(patient) {
      const undo = patient.changeRules((rules) => {
        for (const [id, rule] of rules) {
          if (isProxyToDatabase(patient)(rule)) rules.set(id, { ...rule, fromPort: 3307, toPort: 3307 });
        }
      });
      await patient.reconnect("UNREACHABLE");
      return undo;
    },
    expected: [
      ["proxy → database", "UNREACHABLE", /but for port 3307 instead of 3306/, /FromPort=3306,ToPort=3306/],
      ["target", "UNREACHABLE", /above/, /the same/],
    ],
  },
  {
    title: "A network ACL denies the way to the database",
    async breakIt(patient) {
      const { network } = patient.account;
      const { vpcId, subnetIds } = patient.database.networkInterface;
      // The proxy's first address is in the same subnet as the database, and within a subnet no ACL counts.
      const own = patient.proxy.networkInterface;
      const other = own.subnetIds.find((id) => !subnetIds.includes(id)) ?? "";
      const before = { subnetId: own.subnetId, address: own.address };
      network.interfaces.move(own, network.subnet(other));
      const all = { protocol: "-1", action: "allow", cidrBlock: "0.0.0.0/0", fromPort: 0, toPort: 0 } as const;
      network.acls.lists.set("acl-strict", { vpcId, entries: [{ ...all, ruleNumber: 100, egress: true }] });
      network.acls.associations.set(subnetIds[0] ?? "", "acl-strict");
      await patient.reconnect("UNREACHABLE");
      return () => {
        network.acls.lists.delete("acl-strict");
        network.acls.associations.clear();
        Object.assign(own, before);
      };
    },
    expected: [
      [
        "function → Secrets Manager",
        undefined,
        /Network ACL acl-strict of subnet-\w+ denies tcp/,
        /create-network-acl-entry/,
      ],
      ["function → proxy", undefined, /Network ACL acl-strict of subnet-\w+ denies tcp/, /create-network-acl-entry/],
      [
        "proxy → database",
        "UNREACHABLE",
        /Network ACL acl-strict of subnet-\w+ denies tcp 3306 from 10\./,
        /create-network-acl-entry --network-acl-id acl-strict/,
      ],
      ["target", "UNREACHABLE", /above/, /the same/],
    ],
  },
  {
    title: "The secret has another password than the database",
    breakIt: secretOf('{"username":"admin","password":"another"}', "AUTH_FAILURE"),
    expected: [
      [
        "target",
        "AUTH_FAILURE",
        /database does not accept the user and the password/,
        /put-secret-value|credentials\.password/,
      ],
    ],
  },
  {
    title: "The secret is not JSON",
    breakIt: secretOf("hunter2", "AUTH_FAILURE"),
    expected: [
      ["proxy → Secrets Manager", "AUTH_FAILURE", /is not JSON/, /put-secret-value/],
      ["target", "AUTH_FAILURE", /at "proxy → Secrets Manager" above/, /the same/],
    ],
  },
  {
    title: "The secret is empty",
    breakIt: secretOf("", "AUTH_FAILURE"),
    expected: [
      ["proxy → Secrets Manager", "AUTH_FAILURE", /is empty/, /put-secret-value/],
      ["target", "AUTH_FAILURE", /above/, /the same/],
    ],
  },
  {
    title: "The proxy's role lacks kms:Decrypt for the secret's own key",
    async breakIt(patient) {
      const keyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/11111111-2222-3333-4444-555555555555";
      const secrets = patient.proxy.identity.auths.map(({ secretArn }) =>
        patient.account.secretsManager.secrets.get(secretArn),
      );
      for (const secret of secrets) if (secret) secret.kmsKeyArn = keyArn;
      await patient.reconnect("AUTH_FAILURE");
      return () => {
        for (const secret of secrets) if (secret) secret.kmsKeyArn = undefined;
      };
    },
    expected: [
      [
        "function → Secrets Manager",
        "AccessDeniedException",
        /no policy of the function's role allows kms:Decrypt/,
        /kmsKeyArn/,
      ],
      [
        "proxy → Secrets Manager",
        "AUTH_FAILURE",
        /no policy of the proxy's role allows kms:Decrypt/,
        /kmsKeyArn: "arn:aws:kms/,
      ],
      ["target", "AUTH_FAILURE", /above/, /the same/],
    ],
  },
  {
    title: "The proxy's role may not read the secret",
    async breakIt(patient) {
      const { iam } = patient.account;
      const role = iam.roleNameOf(patient.proxy.identity.roleArn);
      const deny = { Statement: [{ Effect: "Deny", Action: "secretsmanager:GetSecretValue", Resource: "*" }] };
      iam.putRolePolicy(role, "deny", JSON.stringify(deny));
      await patient.reconnect("AUTH_FAILURE");
      return () => {
        iam.deleteRolePolicy(role, "deny");
      };
    },
    expected: [
      [
        "proxy → Secrets Manager",
        "AUTH_FAILURE",
        /No policy of the proxy's role allows secretsmanager:GetSecretValue/,
        /put-role-policy --role-name sample-proxy/,
      ],
      ["target", "AUTH_FAILURE", /above/, /the same/],
    ],
  },
  {
    title: "The database's user logs in with a plugin that the proxy does not know",
    change: answering("rds:DescribeDBProxyTargets", ({ Targets = [] }) => {
      for (const target of Targets) {
        target.TargetHealth = {
          State: "UNAVAILABLE",
          Reason: "CONNECTION_FAILED",
          Description: "the database asks for the authentication plugin client_ed25519, which the proxy does not know",
        };
      }
    }),
    expected: [["target", "CONNECTION_FAILED", /plugin client_ed25519, and RDS Proxy knows/, /ALTER USER/]],
  },
  {
    title: "The database does not take the connection",
    async breakIt(patient) {
      const { server } = patient.database;
      await server.kill();
      while (patient.proxy.proxy.targetHealth()[0]?.reason !== "CONNECTION_FAILED") await new Promise(setImmediate);
      return () => patient.reconnect(undefined);
    },
    expected: [["target", "CONNECTION_FAILED", /takes no connection/, /Wait until the database is available/]],
  },
  {
    title: "RDS still gives the proxy its capacity",
    change: answering("rds:DescribeDBProxyTargets", ({ Targets = [] }) => {
      for (const target of Targets) target.TargetHealth = { State: "REGISTERING", Reason: "PENDING_PROXY_CAPACITY" };
    }),
    expected: [["target", "PENDING_PROXY_CAPACITY", /capacity/, /Wait ten minutes/]],
  },
  {
    title: "A subnet is in a zone without RDS Proxy",
    change: answering("ec2:DescribeSubnets", ({ Subnets = [] }) => {
      const [first] = Subnets;
      if (first) first.AvailabilityZoneId = "use1-az3";
    }),
    expected: [
      ["proxy", undefined, /does not exist in the zone use1-az3/, /vpc\.subnetIds/],
      ["proxy", undefined, /one zone only/, /vpc\.subnetIds/],
    ],
  },
  {
    title: "All subnets are in one zone",
    breakIt(patient) {
      const { network } = patient.account;
      const before = [...network.subnets.values()].map((subnet) => ({ ...subnet }));
      for (const subnet of network.subnets.values()) subnet.availabilityZone = "ap-northeast-1a";
      return () => {
        for (const subnet of before) network.subnets.set(subnet.id, subnet);
      };
    },
    expected: [
      ["function", undefined, /in one zone \(ap-northeast-1a\)/, /two or more availability zones/],
      ["proxy", undefined, /one zone only/, /two or more availability zones/],
    ],
  },
  {
    title: "The proxy has no target",
    async breakIt(patient) {
      const { proxy } = patient;
      const [[identifier, database] = []] = patient.account.rds.databases;
      const target = proxy.target(identifier ?? "");
      await proxy.deregisterTarget(identifier ?? "");
      return async () => {
        if (target === undefined || database === undefined) throw new Error("There was no target.");
        await proxy.registerTarget(target);
        await proxy.proxy.whenAvailable(database.resourceId, 10);
      };
    },
    expected: [["target", undefined, /has no target/, /register-db-proxy-targets/]],
  },
  {
    title: "The function is in no VPC",
    breakIt(patient) {
      const configuration = patient.account.lambda.describe(patient.functionName)?.configuration;
      const { networkInterface } = configuration ?? {};
      if (configuration) configuration.networkInterface = undefined;
      return () => {
        if (configuration) configuration.networkInterface = networkInterface;
      };
    },
    expected: [["function", undefined, /is in no VPC/, /--vpc-config SubnetIds=subnet-/]],
  },
  {
    title: "The function has no way to Secrets Manager",
    breakIt(patient) {
      const { vpcEndpoints } = patient.account.network;
      const before = [...vpcEndpoints];
      vpcEndpoints.clear();
      return () => {
        for (const [id, endpoint] of before) vpcEndpoints.set(id, endpoint);
      };
    },
    expected: [["function → Secrets Manager", undefined, /no way to Secrets Manager/, /secretsManagerEndpoint: true/]],
  },
  {
    title: "The proxy's group does not let the function in",
    async breakIt(patient) {
      const [group] = patient.proxy.networkInterface.securityGroupIds;
      const undo = patient.changeRules((rules) => {
        for (const [id, rule] of rules) {
          if (rule.direction === "inbound" && rule.securityGroupId === group) rules.delete(id);
        }
      });
      await patient.coldStart();
      await patient.invoke();
      return () => {
        undo();
        patient.forgetErrors();
      };
    },
    expected: [
      [
        "function → proxy",
        undefined,
        /proxy's security group sg-\w+ has no inbound rule for tcp 3306 from the function/,
        /authorize-security-group-ingress/,
      ],
      ["last errors", undefined, /UnreachableError|timed out/, /invoke the function again/],
    ],
  },
  {
    title: "The function's role lacks rds-db:connect",
    auth: "iam",
    async breakIt(patient) {
      const { iam, lambda } = patient.account;
      const role = iam.roleNameOf(lambda.describe(patient.functionName)?.configuration.roleArn ?? "");
      const deny = { Statement: [{ Effect: "Deny", Action: "rds-db:connect", Resource: "*" }] };
      iam.putRolePolicy(role, "deny", JSON.stringify(deny));
      await patient.coldStart();
      await patient.invoke();
      return () => {
        iam.deleteRolePolicy(role, "deny");
        patient.forgetErrors();
      };
    },
    expected: [
      ["function → token", "1045", /No policy of the function's role allows rds-db:connect/, /put-role-policy/],
      ["last errors", undefined, /LoginRefusedError/, /invoke the function again/],
    ],
  },
  {
    title: "The proxy takes clients without TLS",
    breakIt(patient) {
      patient.proxy.change({ requireTls: false });
      return () => {
        patient.proxy.change({ requireTls: true });
      };
    },
    expected: [["proxy", undefined, /without TLS/, /requireTls: true/]],
  },
  {
    title: "Sessions wait until the borrow timeout, because other ones are pinned",
    async breakIt(patient) {
      const release = await patient.pinAll();
      await patient.invoke();
      return () => {
        release();
        patient.forgetErrors();
      };
    },
    expected: [
      ["pool", "9501", /borrow timeout of 1 s: all \d connections/, /instanceClass/],
      ["pool", undefined, /\d of \d database connections were pinned/, /EXCLUDE_VARIABLE_SETS/],
      ["last errors", undefined, /9501/, /invoke the function again/],
    ],
  },
  {
    title: "The functions have far more containers than the proxy has connections",
    breakIt(patient) {
      const configuration = patient.account.lambda.describe(patient.functionName)?.configuration;
      if (configuration) configuration.reservedConcurrency = 500;
      return () => {
        if (configuration) configuration.reservedConcurrency = -1;
      };
    },
    expected: [
      ["pool", undefined, /500 containers of the function share \d database connections/, /reservedConcurrency/],
    ],
  },
];

/** The problems that a report has, as the cases write them. */
export function problemsOf(hops: Hop[]): [string, string | undefined, string, string][] {
  return hops.flatMap(({ name, problems }) =>
    problems.map(({ reason, cause, fix }): [string, string | undefined, string, string] => [name, reason, cause, fix]),
  );
}
