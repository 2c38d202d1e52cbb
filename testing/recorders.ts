import * as pulumi from "@pulumi/pulumi";
import type { Registration, Warning } from "./graph";
import { unwrapped } from "./secrets";

/**
 * Records the resources that the program registers from now on. Pulumi's mocks do not tell which resource depends on
 * which, or which options it has; the requests that the mocks answer do.
 */
export function recordRegistrations(): Registration[] {
  const resources: Registration[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: any, callback: (error: unknown, response: any) => void): Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (!error) {
        resources.push(registrationOf(request, response));
        // Pulumi writes each response as a text into a log that nobody has asked for. That of a function has its whole code in it.
        response.toString = () => response.getUrn();
      }
      callback(error, response);
    });
  return resources;
}

function registrationOf(request: any, response: any): Registration {
  const rawInputs = pulumi.runtime.deserializeProperties(request.getObject());
  return {
    urn: response.getUrn(),
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent(),
    protect: request.getProtect() === true,
    retainOnDelete: request.getRetainondelete() === true,
    deleteBeforeReplace: request.getDeletebeforereplace() === true,
    ignoreChanges: request.getIgnorechangesList(),
    dependencies: request.getDependenciesList(),
    inputs: unwrapped(rawInputs),
    rawInputs,
    outputs: { id: response.getId(), ...unwrapped(pulumi.runtime.deserializeProperties(response.getObject())) },
  };
}

/**
 * Records what the program tells its user until it is stopped. Without an engine, Pulumi would print it to the standard output and error
 * streams.
 */
export function recordMessages(): { warnings: Warning[]; notes: Warning[]; stop: () => void } {
  const { warn, info } = pulumi.log;
  const warnings: Warning[] = [];
  const notes: Warning[] = [];
  const into = (recorded: Warning[]) => (message: string, resource?: pulumi.Resource) =>
    Promise.resolve(void recorded.push({ message, resource }));
  Object.assign(pulumi.log, { warn: into(warnings), info: into(notes) });
  return { warnings, notes, stop: () => void Object.assign(pulumi.log, { warn, info }) };
}
