import { componentProviderHost } from "@pulumi/pulumi/provider/experimental";
import { ProxiedDatabase } from "./proxiedDatabase";
import { ProxyClientFunction } from "./proxyClientFunction";

export { ProxiedDatabase, ProxyClientFunction };

/**
 * The components as a Pulumi package, for programs in any language: `pulumi package add` with this folder of the repository. Its
 * arguments are flat, because a schema has no unions, functions or nested alternatives.
 */
void componentProviderHost({
  name: "lambda-rds-proxy",
  dirname: __dirname,
  components: [ProxiedDatabase, ProxyClientFunction],
});
