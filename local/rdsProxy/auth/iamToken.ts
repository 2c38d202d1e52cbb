import { createHash, createHmac } from "node:crypto";
import type { IamDirectory } from "../options";
import { equalInConstantTime } from "./scrambles";

/**
 * A token is a presigned URL without its scheme, for the action `connect` of the service `rds-db`. It is valid for 15
 * minutes: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html. Signature Version 4 is
 * described at https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
 */
const lifetimeSeconds = 900;
/** Signature Version 4 allows two clocks to differ by this much. */
const clockSkewSeconds = 300;
const maxTokenBytes = 16 * 1024;

export interface TokenCheck {
  token: string;
  user: string;
  /** The host name that the token must be signed for. */
  host: string;
  directory: IamDirectory;
  now?: Date;
}

/** Why a token is refused, for the log, or undefined if the token is valid. */
export function refusalOfToken({ token, user, host, directory, now = new Date() }: TokenCheck): string | undefined {
  if (token.length > maxTokenBytes) return "the token is too long";
  let url: URL;
  try {
    url = new URL(`https://${token}`);
  } catch {
    return "the password is not an authentication token";
  }
  const query = url.searchParams;
  const [accessKeyId = "", date, region, service, terminator] = (query.get("X-Amz-Credential") ?? "").split("/");
  const principal = accessKeyId === "" ? undefined : directory.principal(accessKeyId);
  // A token with an unknown key goes through the same steps as one with a wrong signature, to take as long.
  const secret = principal?.secretAccessKey ?? "unknown";
  const signed = sign(url, token.slice(0, token.indexOf("/")), secret, [date, region, service, terminator]);
  const genuine = equalInConstantTime(Buffer.from(signed), Buffer.from(query.get("X-Amz-Signature") ?? ""));
  if (principal === undefined) return "the token is signed with an unknown access key";
  if (!genuine) return "the token's signature is wrong";
  if (principal.sessionToken !== undefined && principal.sessionToken !== query.get("X-Amz-Security-Token")) {
    return "the token does not have the session token of its credentials";
  }
  if (region !== directory.region || service !== "rds-db") {
    return `the token is for ${service ?? ""} in ${region ?? ""}`;
  }
  if (query.get("Action") !== "connect") return "the token is for another action";
  if (url.hostname !== host.toLowerCase()) return `the token is for the host ${url.hostname}`;
  if (query.get("DBUser") !== user) return `the token is for the user ${query.get("DBUser") ?? ""}`;
  const outdated = refusalOfTime(query, date, now);
  if (outdated !== undefined) return outdated;
  return directory.mayConnect(accessKeyId, user) ? undefined : "rds-db:connect is not allowed for this user";
}

function refusalOfTime(query: URLSearchParams, credentialDate: string | undefined, now: Date): string | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "");
  const expires = Number(query.get("X-Amz-Expires"));
  if (!match?.[0].startsWith(credentialDate ?? "-")) return "the token has no valid date";
  if (!Number.isInteger(expires) || expires < 1 || expires > lifetimeSeconds) {
    return "the token's lifetime is not allowed";
  }
  const [, year, month, day, hour, minute, second] = match;
  const signedAt = Date.parse(
    `${year ?? ""}-${month ?? ""}-${day ?? ""}T${hour ?? ""}:${minute ?? ""}:${second ?? ""}Z`,
  );
  const age = (now.getTime() - signedAt) / 1000;
  if (Number.isNaN(age) || age < -clockSkewSeconds) return "the token is from the future";
  return age > expires ? "the token has expired" : undefined;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The signature that the token must have, by Signature Version 4. */
function sign(url: URL, host: string, secret: string, scope: (string | undefined)[]): string {
  const parameters = [...url.searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
    .sort();
  const request = ["GET", "/", parameters.join("&"), `host:${host.toLowerCase()}`, "", "host", sha256("")].join("\n");
  const credentialScope = scope.map((part) => part ?? "").join("/");
  const date = url.searchParams.get("X-Amz-Date") ?? "";
  const text = ["AWS4-HMAC-SHA256", date, credentialScope, sha256(request)].join("\n");
  const key = scope.reduce<Buffer>((signingKey, part) => hmac(signingKey, part ?? ""), Buffer.from(`AWS4${secret}`));
  return hmac(key, text).toString("hex");
}
