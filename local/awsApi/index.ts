import type { IncomingMessage, ServerResponse } from "node:http";
import { parseAuthorization, type Session } from "../iam";
import { authenticate, ServiceError } from "../secretsManager";
import { ec2 } from "./ec2";
import { iam } from "./iam";
import { cloudWatch, lambda, logs, secretsManager } from "./json";
import { rds, rdsItemNames } from "./rds";
import type { Services } from "./services";
import { type Answer, type ItemNames, xmlOf } from "./xml";

/**
 * AWS's own APIs, as far as the doctor asks them, for requests that AWS's SDK has signed. The signature says which service is meant and
 * who asks, and the policies of that role decide, as on AWS. The answers come from the account as it is.
 */
export async function answerAws(account: Services, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const service = parseAuthorization(request.headers.authorization)?.service ?? "";
  const isXml = ["rds", "ec2", "iam"].includes(service);
  try {
    const session = authenticate(request, body, account.iam);
    const text = isXml
      ? answerQuery(account, session, service, body)
      : await answerJson(account, session, service, request, body);
    response.setHeader("content-type", isXml ? "text/xml" : "application/json");
    response.end(text);
  } catch (error) {
    const { code, message } =
      error instanceof ServiceError ? error : new ServiceError("InternalFailure", (error as Error).message);
    response.statusCode = code === "ResourceNotFoundException" ? 404 : code === "InternalFailure" ? 500 : 400;
    response.setHeader("x-amzn-errortype", code);
    response.setHeader("content-type", isXml ? "text/xml" : "application/json");
    const details: Answer = { Code: code, Message: message };
    response.end(
      !isXml
        ? JSON.stringify({ __type: code, message })
        : service === "ec2"
          ? xmlOf({ Response: { Errors: { Error: details }, RequestID: "0" } }, {}, "")
          : xmlOf({ ErrorResponse: { Error: { Type: "Sender", ...details }, RequestId: "0" } }, {}, ""),
    );
  }
}

/** Whether somebody has signed the request, as AWS's SDK does. */
export function isForAws({ headers: { authorization } }: IncomingMessage): boolean {
  return parseAuthorization(authorization) !== undefined;
}

const queryServices: Record<string, { operations: typeof rds; itemNames: ItemNames }> = {
  rds: { operations: rds, itemNames: rdsItemNames },
  ec2: { operations: ec2, itemNames: { "*": "item" } },
  iam: { operations: iam, itemNames: {} },
};

function answerQuery(account: Services, session: Session, service: string, body: Buffer): string {
  const form = new URLSearchParams(body.toString());
  const action = form.get("Action") ?? "";
  const { operations, itemNames } = queryServices[service] ?? { operations: {}, itemNames: {} };
  const operation = known(operations, service, action);
  authorize(account, session, `${service}:${action}`);
  const result = operation(form, account);
  const content: Answer =
    service === "ec2" ? { requestId: "0", ...(result as object) } : { [`${action}Result`]: result };
  return xmlOf({ [`${action}Response`]: content }, itemNames, "member");
}

async function answerJson(
  account: Services,
  session: Session,
  service: string,
  request: IncomingMessage,
  body: Buffer,
): Promise<string> {
  if (service === "lambda") {
    const [, name = "", what = ""] = /^\/[\d-]+\/functions\/([^/]+)\/(\w+)$/.exec(request.url ?? "") ?? [];
    const operation = known(lambda, service, what);
    authorize(
      account,
      session,
      what === "concurrency" ? "lambda:GetFunctionConcurrency" : "lambda:GetFunctionConfiguration",
    );
    return JSON.stringify(operation(decodeURIComponent(name), account));
  }
  const action = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
  const input = JSON.parse(body.toString()) as Record<string, unknown>;
  // Secrets Manager itself looks at who asks, since its rights are for each secret.
  if (service === "secretsmanager") {
    return JSON.stringify(await known(secretsManager, service, action)(input, account, session));
  }
  const prefix = service === "monitoring" ? "cloudwatch" : service;
  const operation = known(service === "logs" ? logs : cloudWatch, service, action);
  authorize(account, session, `${prefix}:${action}`);
  return JSON.stringify(operation(input, account));
}

function known<T>(operations: Record<string, T>, service: string, action: string): T {
  const operation = operations[action];
  if (operation !== undefined) return operation;
  throw new ServiceError("UnknownOperationException", `The stand-in does not know ${service}:${action}.`);
}

function authorize(account: Services, session: Session, action: string): void {
  if (account.iam.decide(session, { action, resource: "*" }) === "allowed") return;
  throw new ServiceError(
    "AccessDeniedException",
    `User: ${session.arn} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
  );
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
