import type { Action, Ask } from "./calls";

/** Where AWS is, unless the environment says it. */
export interface Place {
  region?: string | undefined;
  endpoint?: string | undefined;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken: string } | undefined;
}

/** AWS's SDK has a package for each service. Programs that do not use the doctor need none of them. */
const packages: Record<string, { name: string; client: string }> = {
  cloudwatch: { name: "@aws-sdk/client-cloudwatch", client: "CloudWatchClient" },
  ec2: { name: "@aws-sdk/client-ec2", client: "EC2Client" },
  iam: { name: "@aws-sdk/client-iam", client: "IAMClient" },
  lambda: { name: "@aws-sdk/client-lambda", client: "LambdaClient" },
  logs: { name: "@aws-sdk/client-cloudwatch-logs", client: "CloudWatchLogsClient" },
  rds: { name: "@aws-sdk/client-rds", client: "RDSClient" },
  secretsmanager: { name: "@aws-sdk/client-secrets-manager", client: "SecretsManagerClient" },
};

interface Client {
  send(command: object): Promise<unknown>;
}

type Constructor = new (input: object) => unknown;

/** Names of AWS's errors for somebody who may not ask. */
const refusals = /AccessDenied|UnauthorizedOperation|NotAuthorized/;

/** The real AWS. */
export class Aws {
  /** Calls that AWS has refused. */
  readonly refused = new Set<Action>();
  private readonly clients = new Map<string, Client>();

  /** @throws Error when packages of the SDK are missing */
  constructor(private readonly place: Place) {
    const missing = Object.values(packages).filter(({ name }) => !isInstalled(name));
    if (missing.length === 0) return;
    const names = missing.map(({ name }) => name).join(" ");
    throw new Error(
      `The doctor asks AWS through its SDK, parts of which are not installed: npm install --save-dev ${names}`,
    );
  }

  readonly ask: Ask = async (action, input) => {
    const [service = "", operation = ""] = action.split(":");
    const { name = "" } = packages[service] ?? {};
    const Command = load(name, `${operation}Command`);
    try {
      const answer = await this.client(service).send(new Command(input) as object);
      return answer as never;
    } catch (error) {
      if (!refusals.test((error as Error).name)) throw error;
      this.refused.add(action);
      return undefined;
    }
  };

  private client(service: string): Client {
    const { name = "", client = "" } = packages[service] ?? {};
    const Client = load(name, client);
    const found = this.clients.get(service) ?? (new Client(this.place) as Client);
    this.clients.set(service, found);
    return found;
  }
}

/** A class of one of the SDK's packages. @throws Error when the package is so old that it lacks the class */
function load(name: string, className: string): Constructor {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional peer, whose name is in the table above
  const found = (require(name) as Record<string, Constructor>)[className];
  if (found !== undefined) return found;
  throw new Error(
    `${name} has no ${className}, so it is too old for the doctor: npm install --save-dev ${name}@latest`,
  );
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
