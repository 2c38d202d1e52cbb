import { randomBytes } from "node:crypto";
import { managedPolicy } from "./managedPolicies";
import { type Decision, evaluate, parsePolicy, type PolicyDocument, type Request } from "./policy";

/** The temporary credentials of a service or function that has assumed a role. */
export interface Session {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  roleName: string;
  /** The name in error messages and logs: `arn:aws:sts::<account>:assumed-role/<role>/<name>`. */
  arn: string;
}

interface Role {
  name: string;
  arn: string;
  /** The trust policy: who may assume the role. */
  trust: PolicyDocument;
  /** The text of the trust policy. */
  trustText: string;
  inline: Map<string, PolicyDocument>;
  attached: Set<string>;
}

const operatorName = "stand-in-operator";
const administrator = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });

/** The account's roles, their policies, and the sessions that have assumed them. */
export class Iam {
  /** Customer managed policies, by ARN. */
  readonly policies = new Map<string, PolicyDocument>();
  private readonly roles = new Map<string, Role>();
  private readonly sessions = new Map<string, Session>();

  constructor(private readonly accountId: string) {}

  /** @throws Error when there is a role of this name already */
  createRole(name: string, arn: string, assumeRolePolicy: string): void {
    if (this.roles.has(name)) throw new Error(`EntityAlreadyExists: Role with name ${name} already exists.`);
    const trust = parsePolicy(assumeRolePolicy);
    this.roles.set(name, { name, arn, trust, trustText: assumeRolePolicy, inline: new Map(), attached: new Set() });
  }

  /** Changes who may assume a role. Sessions that have assumed it already go on. */
  updateAssumeRolePolicy(role: string, assumeRolePolicy: string): void {
    Object.assign(this.role(role), { trust: parsePolicy(assumeRolePolicy), trustText: assumeRolePolicy });
  }

  /**
   * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
   *
   * @throws Error when the role still has policies
   */
  deleteRole(name: string): void {
    const role = this.roles.get(name);
    if (role !== undefined && role.attached.size > 0) {
      throw new Error(
        `DeleteConflict: Cannot delete entity, must detach all policies first: ${[...role.attached][0]}.`,
      );
    }
    if (role !== undefined && role.inline.size > 0) {
      throw new Error(
        `DeleteConflict: Cannot delete entity, must delete policies first: ${[...role.inline.keys()][0]}.`,
      );
    }
    this.roles.delete(name);
  }

  putRolePolicy(role: string, policyName: string, document: string): void {
    this.role(role).inline.set(policyName, parsePolicy(document));
  }

  deleteRolePolicy(role: string, policyName: string): void {
    this.roles.get(role)?.inline.delete(policyName);
  }

  /** @throws Error when the policy does not exist */
  attachRolePolicy(role: string, policyArn: string): void {
    const isAwsManaged = /^arn:[^:]+:iam::aws:policy\//.test(policyArn);
    // The account's own policies have to exist. AWS's policies may be unknown here: then they allow nothing.
    if (!isAwsManaged && !this.policies.has(policyArn)) {
      throw new Error(`NoSuchEntity: Policy ${policyArn} does not exist or is not attachable.`);
    }
    this.role(role).attached.add(policyArn);
  }

  detachRolePolicy(role: string, policyArn: string): void {
    this.roles.get(role)?.attached.delete(policyArn);
  }

  /** @throws Error when a role still has the policy */
  deletePolicy(arn: string): void {
    const user = [...this.roles.values()].find(({ attached }) => attached.has(arn));
    if (user !== undefined) {
      throw new Error(
        `DeleteConflict: Cannot delete a policy attached to entities: ${arn} is attached to ${user.name}.`,
      );
    }
    this.policies.delete(arn);
  }

  /** Names of a role's inline policies, and ARNs of the policies that are attached to it. Undefined if there is no such role. */
  policiesOf(name: string): { inline: string[]; attached: string[] } | undefined {
    const role = this.roles.get(name);
    return role && { inline: [...role.inline.keys()], attached: [...role.attached] };
  }

  /** Lambda says for which account it assumes a role. Whether RDS Proxy does is not documented, so here it does not. */
  private contextOf(service: string): Record<string, string> {
    return service === "lambda.amazonaws.com" ? { "aws:SourceAccount": this.accountId } : {};
  }

  /** Returns the name of the role with this ARN. @throws Error when the role does not exist */
  roleNameOf(arn: string): string {
    const role = [...this.roles.values()].find((candidate) => candidate.arn === arn);
    if (role === undefined) throw new Error(`There is no role ${arn} in this account.`);
    return role.name;
  }

  /**
   * Assumes a role, as a service does for itself or for a function.
   *
   * @throws Error when the role does not trust the service
   */
  assumeRole(roleArn: string, service: string, sessionName: string): Session {
    const role = this.role(this.roleNameOf(roleArn));
    if (
      evaluate([role.trust], { action: "sts:AssumeRole", principal: service, context: this.contextOf(service) }) !==
      "allowed"
    ) {
      throw new Error(
        `The role ${role.name} cannot be assumed by ${service}: add ${service} as a Service principal to its assumeRolePolicy.`,
      );
    }
    const session: Session = {
      accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(96).toString("base64"),
      roleName: role.name,
      arn: `arn:aws:sts::${this.accountId}:assumed-role/${role.name}/${sessionName}`,
    };
    this.sessions.set(session.accessKeyId, session);
    return session;
  }

  /** The text of a role's trust policy, or undefined if there is no such role. */
  trustOf(name: string): string | undefined {
    return this.roles.get(name)?.trustText;
  }

  /** Credentials for the person who runs the stand-in, who may do everything. */
  operator(policy = administrator): Session {
    const trust = { Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: operatorName } }] };
    this.roles.delete(operatorName);
    this.createRole(operatorName, `arn:aws:iam::${this.accountId}:role/${operatorName}`, JSON.stringify(trust));
    this.putRolePolicy(operatorName, operatorName, policy);
    return this.assumeRole(`arn:aws:iam::${this.accountId}:role/${operatorName}`, operatorName, operatorName);
  }

  session(accessKeyId: string): Session | undefined {
    return this.sessions.get(accessKeyId);
  }

  /** Decides whether a session may do something. If its role was deleted, it may do nothing. */
  decide(session: Pick<Session, "roleName">, request: Request): Decision {
    const role = this.roles.get(session.roleName);
    if (role === undefined) return "not allowed";
    const attached = [...role.attached].map((arn) => this.policies.get(arn) ?? managedPolicy(arn));
    return evaluate([...role.inline.values(), ...attached.filter((document) => document !== undefined)], request);
  }

  private role(name: string): Role {
    const role = this.roles.get(name);
    if (role === undefined) throw new Error(`NoSuchEntity: The role with name ${name} cannot be found.`);
    return role;
  }
}
