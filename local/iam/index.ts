export { Iam, type Session } from "./iam";
export { parsePolicy } from "./policy";
export { parseAuthorization, type SignedRequest, verifySignature } from "./signatureV4";
