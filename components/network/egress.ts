import type { Fields } from "../base/fields";

/** What a component's resources may send: everything, or only what they need. */
export type Egress = "all" | "needed";

export function checkEgress(given: Fields<{ egress?: Egress | undefined }>): Egress {
  return given.oneOf("egress", ["all", "needed"], "all");
}
