/** What one process told, in milliseconds and MiB. */
export interface Figures {
  load: number;
  firstRow: number;
  rows: unknown;
  memory?: number;
  /** Medians of warm invocations, in microseconds. */
  warm?: { handler: number; bare: number };
}

export interface FunctionResults {
  machine: { cpu: string; cores: number; loadBefore: number; loadAfter: number };
  versions: { node: string; database: string };
  /** Bytes of the zip, by variant. */
  zipped: Record<string, number | undefined>;
  /** Of each round, the figures by variant. */
  rounds: Record<string, Figures>[];
  /** What went over the wire until the first row. */
  wire: { waits: number; secretReads: number; commands: { code: number; text: string }[] };
  warm: { handler: number; bare: number }[];
}
