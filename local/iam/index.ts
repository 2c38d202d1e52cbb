export { Iam, type Session } from "./iam";
export { verifySignature, type SignedRequest } from "./signatureV4";
export { parsePolicy } from "./policy";
