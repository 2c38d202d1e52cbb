/** Whether this is the built package in somebody's project. In the checkout, the TypeScript files themselves run. */
export const isInstalled = !__filename.endsWith(".ts");

/** What people write before the options. */
export const command = isInstalled ? "npx lambda-rds-proxy local" : "npm start --";

/** What people write before the options, and before `pulumi` and `stop`, for a stand-in that stays up. */
export const stayCommand = isInstalled ? command : "npm run local --";
