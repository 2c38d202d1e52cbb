/** Properties of a resource as plain values: secrets unwrapped, every output known. */
export type Properties = Record<string, unknown>;

/** What a kind is told about the resource besides its properties. */
export interface ResourceContext {
  /** Type token, such as `aws:rds/instance:Instance`. */
  type: string;
  /** The name that the program gave the resource. */
  name: string;
  /** Shows what a long operation is doing. */
  progress(message: string): void;
}

/** A resource that came to be: its id, and every property the program may use. */
export interface Created {
  id: string;
  state: Properties;
}

/**
 * How resources of one type are realised. Inputs and state are plain values and nothing here knows who calls, so that the
 * same kinds can serve `runtime.setMocks` and Pulumi's provider protocol.
 */
export interface Kind<Inputs = Properties> {
  create(inputs: Inputs, context: ResourceContext): Promise<Created> | Created;
  /** Returns the new state. A kind without it is replaced when its inputs change. */
  update?(id: string, state: Properties, inputs: Inputs, context: ResourceContext): Promise<Properties> | Properties;
  delete?(id: string, state: Properties, context: ResourceContext): Promise<void> | void;
}

/** A look-up, such as `aws.getRegion`. */
export type Call<Inputs = Properties> = (inputs: Inputs) => Promise<Properties> | Properties;

/** Everything that a stand-in for a cloud can do. */
export interface Cloud {
  /** The kind of a type; every type has one. */
  kind(type: string): Kind;
  /** @throws Error when there is no such function here */
  call(token: string, inputs: Properties): Promise<Properties>;
}
