export { SecretsManagerEndpoint } from "./endpoint";
export { Secrets, SecretsManagerError, type Secret } from "./secrets";
