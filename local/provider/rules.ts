/** What the real provider does with a type's properties. */
export interface TypeRules {
  /** Properties that AWS cannot change. A change of one replaces the resource. */
  replace?: readonly string[];
  /** Lists whose order means nothing. */
  sets?: readonly string[];
  /** JSON documents, which are compared by what they say. */
  json?: readonly string[];
  /** The property that gets a name of its own when the program gives none. */
  autoname?: string;
  /** Outputs that an update changes. */
  volatile?: readonly string[];
}

const rules: Record<string, TypeRules> = {};

export function rulesOf(type: string): TypeRules {
  return rules[type] ?? {};
}
