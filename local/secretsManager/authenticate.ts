import type { IncomingMessage } from "node:http";
import { type Iam, type Session, verifySignature } from "../iam";
import { ServiceError } from "./serviceError";

/** Finds out who sent a request. @throws ServiceError when the signature is missing or wrong */
export function authenticate(request: IncomingMessage, body: Buffer, iam: Iam): Session {
  const { method = "POST", url = "/", headers } = request;
  const accessKeyId = /Credential=([^/]+)\//.exec(headers.authorization ?? "")?.[1];
  if (accessKeyId === undefined) {
    throw new ServiceError("MissingAuthenticationTokenException", "Request is missing Authentication Token");
  }
  const session = iam.session(accessKeyId);
  if (session === undefined || headers["x-amz-security-token"] !== session.sessionToken) {
    throw new ServiceError("UnrecognizedClientException", "The security token included in the request is invalid.");
  }
  if (!verifySignature({ method, url, headers, body }, session.secretAccessKey)) {
    throw new ServiceError(
      "InvalidSignatureException",
      "The request signature we calculated does not match the signature you provided.",
    );
  }
  return session;
}
