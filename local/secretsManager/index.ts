export { authenticate } from "./authenticate";
export { currentStage, Secret, type SecretVersion } from "./secret";
export { SecretsManager } from "./secretsManager";
export { ServiceError } from "./serviceError";
