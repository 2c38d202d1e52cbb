import type { IncomingMessage, ServerResponse } from "node:http";
import type { Lambda } from "../lambda";

export const functionsPath = "/2015-03-31/functions";

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export async function invoke(lambda: Lambda, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = /^\/([^/]+)\/invocations$/.exec((request.url ?? "").slice(functionsPath.length))?.[1];
  if (name === undefined || !lambda.names.includes(name)) {
    response.statusCode = 404;
    response.end(
      `${JSON.stringify({ Message: `Function not found. The account has: ${lambda.names.join(", ") || "none"}.` })}\n`,
    );
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const event = Buffer.concat(chunks).toString();
  const outcome = await lambda.invoke(name, event === "" ? "{}" : event);
  if ("result" in outcome) {
    response.end(`${outcome.result}\n`);
  } else {
    // If Lambda did not run the function at all, the error is Lambda's and not the function's.
    if (outcome.error.errorType === "TooManyRequestsException") response.statusCode = 429;
    else response.setHeader("x-amz-function-error", "Unhandled");
    response.end(`${JSON.stringify(outcome.error)}\n`);
  }
}
