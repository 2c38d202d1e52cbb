import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as resources from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { lookUps } from "../../testing/mockedAws";
import type { Program } from "./programs";
import type { Command } from "./run";

const stack = "bench";
const region = "us-east-1";
const runner = require.resolve("@pulumi/pulumi/cmd/run");

/** Pulumi's engine as a program sees it at preview. It knows no state and no provider: a resource has the outputs it was given. */
export class Monitor {
  private constructor(
    private readonly server: Server,
    private readonly address: string,
  ) {}

  static async start(): Promise<Monitor> {
    // Lambda packages are larger than gRPC's limit of 4 MB.
    const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    server.addService(ResourceMonitorService, monitorService());
    server.addService(EngineService, engineService());
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
    return new Monitor(server, `127.0.0.1:${await promise}`);
  }

  /**
   * The command that Pulumi's language host starts for a program.
   *
   * @param more further arguments of Node
   */
  evaluate({ folder, project, nodeArgs, tsconfig }: Program, more: string[] = []): Command {
    const settings = {
      monitor: this.address,
      engine: this.address,
      organization: "organization",
      project,
      stack,
      "root-directory": folder,
      pwd: folder,
      "dry-run": "true",
      parallel: "16",
    };
    const args = Object.entries(settings).map(([key, value]) => `--${key}=${value}`);
    return {
      file: process.execPath,
      args: [...nodeArgs, ...more, runner, ...args, "."],
      cwd: folder,
      env: {
        PULUMI_CONFIG: JSON.stringify({ "aws:region": region }),
        PULUMI_NODEJS_TYPESCRIPT: "true",
        PULUMI_NODEJS_TSCONFIG_PATH: tsconfig,
      },
    };
  }

  close(): void {
    this.server.forceShutdown();
  }
}

function unary<Request, Response>(
  answer: (request: Request) => Response,
): (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void {
  return ({ request }, callback) => {
    try {
      callback(null, answer(request));
    } catch (error) {
      callback({ details: String(error) });
    }
  };
}

function monitorService(): UntypedServiceImplementation {
  const known = lookUps(region);
  return {
    supportsFeature: unary(() => new resources.SupportsFeatureResponse().setHassupport(true)),
    registerPackage: unary(() => new resources.RegisterPackageResponse().setRef("package")),
    registerResource: unary((request: resources.RegisterResourceRequest) =>
      new resources.RegisterResourceResponse()
        .setUrn(`urn:pulumi:${stack}::project::${request.getType()}::${request.getName()}`)
        .setObject(request.getObject()),
    ),
    registerResourceOutputs: unary(() => new Empty()),
    invoke: unary((request: resources.ResourceInvokeRequest) => {
      const result = known[request.getTok()];
      if (result === undefined) throw new Error(`The monitor does not know the look-up ${request.getTok()}.`);
      const given = request.getArgs()?.toJavaScript() ?? {};
      const values = (typeof result === "function" ? result(given) : result) as Record<string, JavaScriptValue>;
      return new resources.ResourceInvokeResponse().setReturn(Struct.fromJavaScript(values));
    }),
    signalAndWaitForShutdown: unary(() => new Empty()),
  };
}

function engineService(): UntypedServiceImplementation {
  return {
    log: unary((request: engine.LogRequest) => {
      if (request.getSeverity() === engine.LogSeverity.ERROR) console.error(request.getMessage());
      return new Empty();
    }),
    getRootResource: unary(() => new engine.GetRootResourceResponse()),
    setRootResource: unary(() => new engine.SetRootResourceResponse()),
    requirePulumiVersion: unary(() => new engine.RequirePulumiVersionResponse()),
  };
}
