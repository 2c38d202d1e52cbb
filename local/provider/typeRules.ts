/** What the real provider does with a type's properties. Paths have no indices: `vpcConfig.subnetIds`, `auths.secretArn`. */
export interface TypeRules {
  /** The provider's source that says so: the Terraform provider's version and file. */
  source: string;
  /** Properties that AWS cannot change. A change of one replaces the resource. */
  replace?: readonly string[];
  /** Properties that AWS cannot add or remove, but change. */
  replaceIfSetOrUnset?: readonly string[];
  /** Whether a replacement always deletes the old resource first. */
  deleteFirst?: boolean;
  /** Lists whose order means nothing. */
  sets?: readonly string[];
  /** JSON documents, which are compared by what they say. */
  json?: readonly string[];
  /** The property that gets a name of its own when the program gives none. */
  autoname?: string;
  /** Between the resource's name and the random digits of its own name. @default "-" */
  separator?: string;
  /** Most characters of such a name. @default 255 */
  longestName?: number;
  /** Values that the provider writes into the inputs when the program gives none. */
  defaults?: Readonly<Record<string, unknown>>;
  /** Values that mean the same as none. */
  absent?: Readonly<Record<string, unknown>>;
  /** Inputs that AWS fills in itself: when the program gives them no longer, they stay as they are. */
  computed?: readonly string[];
  /** Outputs that an update changes: always, or when one of these inputs changes. */
  volatile?: Readonly<Record<string, readonly string[]>>;
  /** Whether the resource is in a region, which the provider then writes into the inputs. */
  region?: boolean;
  /** Whether the provider repeats the tags in `tagsAll`, together with its own default tags. */
  tagsAll?: boolean;
}
