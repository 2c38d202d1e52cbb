import {
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceError,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Change, Plan } from "./diff";
import type { Provider } from "./provider";
import { fromWire, toWire } from "./values";

/**
 * Pulumi's provider protocol, in front of what the provider does.
 * https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
 *
 * The methods that it leaves out are answered with UNIMPLEMENTED, as the engine expects it of an older provider.
 */
export function providerService(provider: Provider, version: string): UntypedServiceImplementation {
  const running = new Set<AbortController>();

  /** Answers a call with what `handle` returns. Its signal ends when the engine cancels the call, or dies. */
  function unary<Request, Response>(
    handle: (request: Request, signal: AbortSignal) => Response | Promise<Response>,
  ): (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void {
    return (call, callback) => {
      const controller = new AbortController();
      running.add(controller);
      call.on("cancelled", () => {
        controller.abort();
      });
      const answer = async () => handle(call.request, controller.signal);
      answer()
        .then(
          (response) => {
            callback(null, response);
          },
          (error: unknown) => {
            callback(failure(error));
          },
        )
        .finally(() => running.delete(controller));
    };
  }

  return {
    // The engine tells a provider that runs already where the engine is. This one never calls the engine.
    attach: unary(() => new Empty()),
    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
    getSchema: unary(() => new messages.GetSchemaResponse().setSchema("{}")),
    checkConfig: unary((request: messages.CheckRequest) => new messages.CheckResponse().setInputs(request.getNews())),
    diffConfig: unary(() => new messages.DiffResponse().setChanges(messages.DiffResponse.DiffChanges.DIFF_NONE)),
    configure: unary(async (request: messages.ConfigureRequest) => {
      const region = request.getVariablesMap().get("aws:config:region");
      if (region !== undefined) await provider.useRegion(region);
      return new messages.ConfigureResponse().setSupportspreview(true);
    }),
    invoke: unary(async (request: messages.InvokeRequest) =>
      new messages.InvokeResponse().setReturn(
        toWire(await provider.invoke(request.getTok(), fromWire(request.getArgs()))),
      ),
    ),
    check: unary((request: messages.CheckRequest) => {
      const { inputs, failures } = provider.check(
        identityOf(request.getUrn()),
        fromWire(request.getOlds()),
        fromWire(request.getNews()),
      );
      const list = failures.map(({ property, reason }) =>
        new messages.CheckFailure().setProperty(property).setReason(reason),
      );
      return new messages.CheckResponse().setInputs(toWire(inputs)).setFailuresList(list);
    }),
    diff: unary((request: messages.DiffRequest) => {
      const { type } = identityOf(request.getUrn());
      return diffResponse(provider.diff(type, fromWire(request.getOldInputs()), fromWire(request.getNews())));
    }),
    create: unary(async (request: messages.CreateRequest, signal) => {
      const identity = identityOf(request.getUrn());
      const inputs = fromWire(request.getProperties());
      const response = new messages.CreateResponse();
      if (request.getPreview()) return response.setProperties(toWire(provider.planned(identity.type, inputs)));
      const { id, state } = await provider.create(identity, inputs, signal);
      return response.setId(id).setProperties(toWire(state));
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const { type } = identityOf(request.getUrn());
      const inputs = fromWire(request.getNews());
      const existing = { inputs: fromWire(request.getOldInputs()), state: fromWire(request.getOlds()) };
      const state = request.getPreview()
        ? provider.changed(type, existing, inputs)
        : await provider.update(type, request.getId(), inputs);
      return new messages.UpdateResponse().setProperties(toWire(state));
    }),
    read: unary((request: messages.ReadRequest) => {
      const { type } = identityOf(request.getUrn());
      const known = { inputs: fromWire(request.getInputs()), state: fromWire(request.getProperties()) };
      const found = provider.read(type, request.getId(), known);
      const response = new messages.ReadResponse();
      // Without an id, the engine takes the resource as gone.
      if (found === undefined) return response;
      return response.setId(request.getId()).setProperties(toWire(found.state)).setInputs(toWire(found.inputs));
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      await provider.delete(identityOf(request.getUrn()).type, request.getId());
      return new Empty();
    }),
    // The engine sends this after Ctrl-C.
    cancel: unary(() => {
      for (const controller of running) controller.abort();
      return new Empty();
    }),
  };
}

/** A URN ends with the type, after the types of its parents, and the name. */
function identityOf(urn: string): { urn: string; type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { urn, type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

const { Kind } = messages.PropertyDiff;
const kinds: Record<Change["kind"], [inPlace: messages.PropertyDiff.Kind, replacing: messages.PropertyDiff.Kind]> = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
};

function diffResponse({ changes, replacing, deleteFirst }: Plan): messages.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse()
    .setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setReplacesList(replacing)
    .setDiffsList(changes.map(({ path }) => path))
    .setDeletebeforereplace(deleteFirst)
    .setHasdetaileddiff(true);
  for (const { path, kind } of changes) {
    const [inPlace, replace] = kinds[kind];
    const difference = new messages.PropertyDiff().setInputdiff(true);
    response.getDetaileddiffMap().set(path, difference.setKind(replacing.includes(path) ? replace : inPlace));
  }
  return response;
}

function failure(error: unknown): Partial<ServiceError> {
  return { code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) };
}
