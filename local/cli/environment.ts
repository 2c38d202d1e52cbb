import { pathToFileURL } from "node:url";
import type { Announcement } from "../provider/socket";
import type { WorkFolder } from "./workFolder";

/** The environment variables with which the CLI works on a local stack. */
export async function cliEnvironment(
  folder: WorkFolder,
  stack: string,
  { ports }: Announcement,
): Promise<Record<string, string>> {
  const providers = Object.entries(ports).map(([name, port]) => `${name}:${port}`);
  return {
    PULUMI_BACKEND_URL: pathToFileURL(folder.state).href,
    PULUMI_CONFIG_PASSPHRASE_FILE: folder.passphraseFile,
    PULUMI_STACK: stack,
    // An option of many commands. The CLI reads the variable as if it were on the command line.
    PULUMI_OPTION_CONFIG_FILE: await folder.configuration(stack),
    // Makes the engine connect to providers that run already.
    PULUMI_DEBUG_PROVIDERS: providers.join(","),
    // The real providers are hundreds of megabytes, and nobody needs them here.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

/** The stack that a command is for: the one that it names, or the one of PULUMI_STACK, or `local`. */
export function stackOf(args: string[]): string {
  const [name] = args.flatMap((argument, index) => {
    if (argument === "--stack" || argument === "-s") return [args[index + 1] ?? ""];
    return /^(?:--stack=|-s=?)(.+)$/.exec(argument)?.[1] ?? [];
  });
  return name ?? process.env.PULUMI_STACK ?? "local";
}
