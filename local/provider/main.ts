/**
 * A stand-in that outlives one command of the Pulumi CLI. `local/cli` starts it in the program's folder, with the folder that it
 * belongs to as its argument, and what it keeps as JSON. It ends by itself when nothing exists any more and no command is connected.
 */
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { checkLasting, type Lasting } from "../account";
import { catalogue } from "../kinds";
import { startAwsx } from "./awsxProcess";
import { listenOnce } from "./listenOnce";
import { versionOf } from "./packages";
import { Provider } from "./provider";
import { providerService } from "./service";
import { type Announcement, type Order, type Refusal, socketPath, type Status } from "./socket";

/** Milliseconds without resources and without commands after which the stand-in ends. */
const patience = 5_000;

async function main(): Promise<void> {
  const [, , folder = process.cwd(), lastingJson = "{}"] = process.argv;
  const lasting = JSON.parse(lastingJson) as Lasting;
  const log = (line: string) => {
    console.log(line);
  };
  const provider = new Provider(catalogue, process.cwd(), log, lasting);
  const commands = new Set<Socket>();
  const ended = Promise.withResolvers<undefined>();
  const announcement = Promise.withResolvers<Announcement | Refusal>();
  let end: NodeJS.Timeout | undefined;

  const endIfUnused = () => {
    clearTimeout(end);
    if (commands.size > 0 || provider.count > 0) return;
    end = setTimeout(() => {
      ended.resolve(undefined);
    }, patience);
  };
  const sockets = await listenOnce(socketPath(folder), (socket) => {
    clearTimeout(end);
    commands.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      commands.delete(socket);
      endIfUnused();
    });
    void announcement.promise.then((line) => socket.write(`${JSON.stringify(line)}\n`));
    createInterface(socket).on("line", (line) => {
      obey(JSON.parse(line) as Order).then(
        (answer) => socket.write(`${JSON.stringify(answer)}\n`),
        (error: unknown) => {
          console.error(error);
          socket.destroy();
        },
      );
    });
  });
  // Somebody else was faster.
  if (sockets === undefined) return;
  try {
    await checkLasting(lasting);
  } catch (error) {
    sockets.close();
    announcement.resolve({ refusal: (error as Error).message });
    await announcement.promise;
    // A command may be connected already, and waits.
    await Promise.all([...commands].map((socket) => new Promise<void>((resolve) => socket.end(resolve))));
    throw error;
  }

  const obey = async (order: Order): Promise<Status> => {
    if (order.order === "stop") {
      ended.resolve(undefined);
      // From here on the account closes, and has no URL any more.
      return { resources: provider.count };
    }
    if (order.order === "forget") {
      for (const [urn, ids] of Object.entries(order.urns)) await provider.deleteUnknown(urn, new Set(ids));
    }
    return { resources: provider.count, url: await provider.loopbackUrl() };
  };
  const awsx = startAwsx();
  const ports = Promise.all([serve(provider, "aws"), serve(provider, "random"), awsx.port]);
  ports.then(([aws, random, port]) => {
    announcement.resolve({ ports: { aws, random, awsx: port }, lasting });
  }, ended.reject);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      ended.resolve(undefined);
    });
  }
  endIfUnused();
  try {
    await ended.promise;
  } finally {
    sockets.close();
    awsx.stop();
    await provider.close();
    // Last of all: a command that waits for the end takes it from here.
    for (const socket of commands) socket.end();
  }
}

/** Serves the provider of a package. @returns the port on the loopback address */
async function serve(provider: Provider, packageName: string): Promise<number> {
  // Lambda packages are larger than gRPC's limit of 4 MB.
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService, providerService(provider, versionOf(process.cwd(), packageName)));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) reject(error);
    else resolve(port);
  });
  return promise;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
