import type * as pulumi from "@pulumi/pulumi";

/** A resource as a program registered it. */
export interface Registration {
  /** Its URN. */
  urn: string;
  /** Such as `aws:rds/proxy:Proxy`. */
  type: string;
  /** Its name in the program. */
  name: string;
  /** False for a component, which only groups other resources. */
  custom: boolean;
  /** The URN of its parent; an empty text for a resource at the top. */
  parent: string;
  /** Whether Pulumi refuses to delete it. */
  protect: boolean;
  /** Whether the real resource stays when Pulumi deletes it from its state. */
  retainOnDelete: boolean;
  /** Whether Pulumi deletes it before it creates its replacement. */
  deleteBeforeReplace: boolean;
  /** Names of the inputs whose changes Pulumi ignores. */
  ignoreChanges: string[];
  /** URNs of the resources that it waits for: those in `dependsOn`, and those whose outputs are among its inputs. */
  dependencies: string[];
  /** Its inputs, with secrets unwrapped. */
  inputs: Record<string, any>;
  /** Its inputs as Pulumi's engine gets them, with secrets marked. */
  rawInputs: Record<string, any>;
  /** Its id, if it has one, and its outputs, with secrets unwrapped. */
  outputs: Record<string, any>;
}

/** A warning or a note that Pulumi would show to its user, and the resource that it is about. */
export interface Warning {
  /** The text of the warning. */
  message: string;
  /** The resource that it is about, if any. */
  resource: pulumi.Resource | undefined;
}

/** The resources that a program registered, and questions about them. */
export class Graph {
  constructor(
    /** All resources, in the order in which Pulumi got to know them. */
    readonly resources: Registration[],
    /** Values of the outputs that the program returned, with secrets unwrapped. */
    readonly outputs: Record<string, any>,
    /** Names of the outputs that are secret. */
    readonly secretOutputs: string[],
    /** The program's warnings. They are printed nowhere. */
    readonly warnings: Warning[],
    /** What else the program told its user. It is printed nowhere. */
    readonly notes: Warning[] = [],
  ) {}

  /** All resources of a type. */
  all(type: string): Registration[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /**
   * The only resource of a type, or the only one with that name.
   *
   * @throws Error when there is no such resource, or more than one
   */
  one(type: string, name?: string): Registration {
    const found = this.all(type).filter((resource) => name === undefined || resource.name === name);
    const [only, ...others] = found;
    if (only === undefined || others.length > 0) {
      throw new Error(`${found.length} resources of type ${type}${name === undefined ? "" : ` named ${name}`}`);
    }
    return only;
  }

  /** Whether Pulumi creates `resource` only after `other`, whether it depends on `other` directly or not. */
  waitsFor(resource: Registration, other: Registration): boolean {
    const seen = new Set<string>();
    const pending = [...resource.dependencies];
    for (let urn = pending.pop(); urn !== undefined; urn = pending.pop()) {
      if (urn === other.urn) return true;
      if (seen.has(urn)) continue;
      seen.add(urn);
      pending.push(...(this.resources.find((candidate) => candidate.urn === urn)?.dependencies ?? []));
    }
    return false;
  }
}
