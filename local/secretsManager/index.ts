export { authenticate } from "./authenticate";
export { perform } from "./operations";
export { rotate, testRotation } from "./rotation";
export { currentStage, Secret, type SecretVersion } from "./secret";
export { SecretsManager } from "./secretsManager";
export { ServiceError } from "./serviceError";
