export { type Secret, SecretsManager } from "./secretsManager";
export { ServiceError } from "./serviceError";
