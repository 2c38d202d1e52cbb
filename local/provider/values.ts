import { asset, runtime } from "@pulumi/pulumi";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { plain, type Properties } from "../engine";

/**
 * Properties as the engine sends them: JSON in which objects with a signature stand for secrets and assets, and a
 * certain text stands for a value that is not known before the update.
 */
export type WireProperties = Properties;

/** Inputs and state of a resource that exists. */
export interface Existing {
  inputs: WireProperties;
  state: WireProperties;
}

/** The value of everything that a preview does not know. */
export const unknown = runtime.unknownValue;

export function fromWire(struct: Struct | undefined): WireProperties {
  return struct?.toJavaScript() ?? {};
}

/** @param properties values of any kind; those that are undefined are left out */
export function toWire(properties: WireProperties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Properties as never);
}

/** Returns inputs as a kind wants them: without secrets' wrappings, and with assets as objects of Pulumi's SDK. */
export function kindInputs(inputs: WireProperties): Properties {
  return plain(runtime.deserializeProperty(withoutNotes(inputs))) as Properties;
}

/** Returns the state for the engine. A kind leaves the packages of functions out, because nobody reads them back. */
export function wireState(state: Properties, inputs: WireProperties): WireProperties {
  const entries = Object.entries(state).filter(([, value]) => !isAssetObject(value));
  const assets = Object.entries(inputs).filter(([, value]) => isWireAsset(value));
  return Object.fromEntries([...entries, ...assets]);
}

/** Key of the note about the inputs that `Check` has filled in. It is the one that Pulumi's bridged providers use. */
export const defaultsKey = "__defaults";

export function withoutNotes(inputs: WireProperties): WireProperties {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== defaultsKey));
}

export function isWireAsset(value: unknown): value is { hash?: string } {
  if (typeof value !== "object" || value === null || !(runtime.specialSigKey in value)) return false;
  const signature = value[runtime.specialSigKey];
  return signature === runtime.specialAssetSig || signature === runtime.specialArchiveSig;
}

function isAssetObject(value: unknown): boolean {
  return asset.Asset.isInstance(value) || asset.Archive.isInstance(value);
}
