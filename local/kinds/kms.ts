import { randomUUID } from "node:crypto";
import type { Kind } from "../engine";
import { changed } from "./changed";

/**
 * `aws.kms.Key`: a customer managed key. It encrypts nothing. The policies of a role decide whether the role may
 * decrypt.
 */
export const key: Kind = {
  create(inputs, _resource, { arn }) {
    const keyId = randomUUID();
    return { id: keyId, state: { ...inputs, keyId, arn: arn("kms", `key/${keyId}`) } };
  },
  update: ({ state }, inputs) => changed(state, inputs, ["keyId", "arn"]),
};
