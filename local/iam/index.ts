export { Iam, type Session } from "./iam";
export { parsePolicy } from "./policy";
export { type SignedRequest, verifySignature } from "./signatureV4";
