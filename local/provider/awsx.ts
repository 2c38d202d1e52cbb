/**
 * The provider of `awsx` under Pulumi's engine. Its only resource is the component `awsx.ec2.Vpc`. Runs in a process of its own:
 * see `awsxProcess.ts`.
 */
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import type { VpcArgs } from "./awsxVpc";
import { versionOf } from "./packages";

void pulumi.provider.main(
  {
    version: versionOf(process.cwd(), "awsx"),
    async construct(name, type, inputs, options) {
      if (type !== "awsx:ec2:Vpc") {
        throw new Error(`The stand-in has no component ${type}: of awsx it has awsx.ec2.Vpc only.`);
      }
      // Loading `@pulumi/aws` takes a second, which a program without a VPC of its own need not wait for.
      const { Vpc, zonesOf } = createRequire(__filename)("./awsxVpc") as typeof import("./awsxVpc");
      const args = inputs as VpcArgs;
      const vpc = new Vpc(name, args, await zonesOf(args, options), options);
      return { urn: vpc.urn, state: vpc.state };
    },
  },
  // The engine says later where it is, when it attaches.
  [],
);

// The stand-in holds the other end. When it ends, in whatever way, this process ends too.
process.stdin.on("end", () => process.exit()).resume();
