/**
 * The arrows of the house: who may import whom. Checked by `npm run arrows`, type imports included.
 * Arrows go one way, so that each folder can be read without the ones that build on it.
 */
const districts = ["base", "network", "database", "login", "proxy", "access", "function", "manage"];

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circle",
      comment: "Two files that import each other can only be read together: move what they share to a third one.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "handler-stands-alone",
      comment: "What runs inside Lambda knows nothing of Pulumi, the components or the stand-in.",
      severity: "error",
      from: { path: "^handler/" },
      to: {
        path: ["^(components|doctor/(?!reasons\\.ts$)|local|testing|bench|scripts|test)/", "^node_modules/@pulumi/"],
      },
    },
    {
      name: "doctor-stands-alone",
      comment:
        "The doctor asks AWS, whatever program has made the stack. Others take from it only what AWS's reasons mean.",
      severity: "error",
      from: { path: "^doctor/" },
      to: { path: ["^(components|handler|local|testing|bench|scripts|test)/", "^node_modules/@pulumi/"] },
    },
    {
      name: "only-its-reasons-and-its-command-are-taken-from-the-doctor",
      comment: "`doctor/reasons.ts` is the one table of what AWS's reasons mean.",
      severity: "error",
      from: { path: "^(components|handler|local|testing)/" },
      to: { path: "^doctor/(?!(reasons|main)\\.ts$)" },
    },
    {
      name: "components-know-only-handler-types",
      comment:
        "What gets deployed knows of `handler/` only the types of its environment and of the managing function's event, and what a server stores of a password; and nothing of the stand-in.",
      severity: "error",
      from: { path: "^components/" },
      to: {
        path: "^(doctor|local|testing|bench|scripts|test|handler/(?!(environment|manage/event|manage/verifier)\\.ts$))",
      },
    },
    {
      name: "local-knows-no-component",
      comment: "The stand-in runs any program: it loads the program by its path and imports none of its parts.",
      severity: "error",
      from: { path: "^local/" },
      to: { path: "^(components|testing|bench|scripts|test|index\\.ts|config\\.ts)" },
    },
    {
      name: "testing-knows-only-pulumi",
      comment:
        "The test helpers run any program: they see its resources as Pulumi registers them, and none of its parts.",
      severity: "error",
      from: { path: "^testing/" },
      to: { pathNot: ["^testing/", "^node_modules/@pulumi/pulumi/"], dependencyTypesNot: ["core"] },
    },
    {
      name: "nothing-depends-on-tests",
      comment: "Helpers that others need too are in `testing/`.",
      severity: "error",
      from: { pathNot: "^test/" },
      to: { path: "^test/" },
    },
    // A district may use the ones before it in the list, and never the whole.
    ...districts.map((district, index) => ({
      name: `${district}-looks-down-only`,
      comment: `components/${district} uses ${districts.slice(0, index).join(", ") || "no other district"}.`,
      severity: "error",
      from: { path: `^components/${district}/` },
      to: { path: `^components/(?!(${districts.slice(0, index + 1).join("|")})/)` },
    })),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".mts", ".mjs", ".cjs", ".js"] },
  },
};
