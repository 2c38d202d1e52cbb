/** Settings of the functions that nobody chooses. */
export const fixedSettings = {
  architecture: "arm64",
  memorySize: 256,
  // A new proxy's target takes minutes to become available, and the function tries until then.
  timeout: 900,
  logRetentionInDays: 14,
  tracing: false,
  deadLetterQueueArn: undefined,
  ephemeralStorage: undefined,
  layers: undefined,
  provisionedConcurrency: undefined,
  reservedConcurrency: undefined,
  role: undefined,
  securityGroupIds: undefined,
} as const;
