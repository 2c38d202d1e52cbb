import { randomUUID } from "node:crypto";
import type { Kind } from "../engine";

/** A customer managed key. Nothing is encrypted here; who could decrypt is decided by the policies of roles. */
export const key: Kind = {
  create(inputs, _resource, { arn }) {
    const keyId = randomUUID();
    return { id: keyId, state: { ...inputs, keyId, arn: arn("kms", `key/${keyId}`) } };
  },
};
