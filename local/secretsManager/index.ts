export { SecretsManager, type Secret } from "./secretsManager";
export { ServiceError } from "./serviceError";
