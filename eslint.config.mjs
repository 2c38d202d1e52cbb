import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "dist/", ".cache/"] },
  eslint.configs.recommended,
  {
    files: ["**/*.ts", "**/*.mts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers in messages ("port 3306") are what a reader expects; objects and arrays are still refused.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // A Lambda package is made from the text of a callback, which has to name its module with `require`.
      "@typescript-eslint/no-require-imports": ["error", { allow: ["/handler"] }],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // What a program registered, and what a server answered, is JSON of any shape; the assertions are its check.
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  {
    files: ["**/*.mjs", "**/*.cjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", require: "readonly" } },
  },
);
