import eslint from "@eslint/js";
import simpleImportSort from "eslint-plugin-simple-import-sort";
import tseslint from "typescript-eslint";

/** One style for the whole house, so that nobody has to remember it. */
const dialect = {
  plugins: { "simple-import-sort": simpleImportSort },
  rules: {
    // Packages first, then the rest of the house from far to near; the names in an import in alphabetical order.
    "simple-import-sort/imports": ["error", { groups: [["^\\u0000", "^node:", "^@?\\w", "^\\.\\.", "^\\."]] }],
    "simple-import-sort/exports": "error",
    "no-duplicate-imports": ["error", { allowSeparateTypeImports: false }],
    // Braces around a body, unless it fits on the line of its condition.
    curly: ["error", "multi-line", "consistent"],
    "func-style": ["error", "declaration", { allowArrowFunctions: true }],
    "no-restricted-syntax": [
      "error",
      {
        selector: "SpreadElement > :matches(ObjectExpression, ArrayExpression)",
        message: "Write the properties or elements themselves instead of spreading a literal.",
      },
    ],
  },
};

export default tseslint.config(
  { ignores: ["node_modules/", "dist/", ".cache/", "template/", "test/conformance/clients/prisma/"] },
  eslint.configs.recommended,
  dialect,
  {
    files: ["**/*.ts", "**/*.mts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers in messages ("port 3306") are what a reader expects; objects and arrays are still refused.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // A Lambda package is made from the text of a callback, which has to name its module with `require`.
      "@typescript-eslint/no-require-imports": ["error", { allow: ["/handler", "^\\./\\w+$"] }],
      // `import { type A, b }`: one import for each module, whatever comes from it.
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      // Constants are written like variables. Members may have the names that MySQL's and AWS's documents give them.
      "@typescript-eslint/naming-convention": [
        "error",
        { selector: "variable", format: ["camelCase", "PascalCase"] },
        { selector: "variable", modifiers: ["destructured"], format: null },
        { selector: ["function", "parameter"], format: ["camelCase", "PascalCase"], leadingUnderscore: "allow" },
        { selector: "parameter", modifiers: ["destructured"], format: null },
        { selector: "typeLike", format: ["PascalCase"] },
      ],
    },
  },
  {
    files: ["test/**/*.ts", "testing/**/*.ts"],
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
    // The page's modules, as browsers load them.
    files: ["local/page/public/*.js"],
    languageOptions: {
      globals: {
        document: "readonly",
        fetch: "readonly",
        setTimeout: "readonly",
        matchMedia: "readonly",
        getComputedStyle: "readonly",
        EventSource: "readonly",
        Option: "readonly",
        ResizeObserver: "readonly",
        uPlot: "readonly",
      },
    },
  },
  {
    files: ["**/*.mjs", "**/*.cjs"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", require: "readonly", __dirname: "readonly" },
    },
  },
);
