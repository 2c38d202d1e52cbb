import type * as pulumi from "@pulumi/pulumi";
import type { Fields } from "./fields";

const form = /^([0-9]+(\.[0-9]+)?(h|m|s))+$/;
const rule = 'it must be a length of time such as "90m" or "1h30m"';

/** Longest times that Pulumi waits for a resource. */
export function checkTimeouts(
  given: Fields<{ timeouts?: pulumi.CustomTimeouts | undefined }>,
): pulumi.CustomTimeouts | undefined {
  const timeouts = given.optionalObject<pulumi.CustomTimeouts>("timeouts");
  if (timeouts === undefined) return undefined;
  const settings = {
    create: timeouts.text("create", form, rule, undefined),
    update: timeouts.text("update", form, rule, undefined),
    delete: timeouts.text("delete", form, rule, undefined),
  };
  timeouts.end();
  return settings;
}
