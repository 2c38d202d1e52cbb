/** Figures of each round, by the name of the way to the database. */
export type Rounds = Record<string, number>[];

/** Microseconds of CPU that each process spends on a query, including its time in the kernel. */
export interface Cpu {
  clients: number;
  database: number;
  relay: number;
}

export interface Throughput {
  /** Queries per second. */
  rates: Rounds;
  /** By the name of the way to the database. */
  cpu: Record<string, Cpu>;
  /** Cores that other programs on the machine used during the measurement. */
  otherCores: number;
}

export interface WithAndWithoutTls {
  plain: Throughput;
  tls: Throughput;
}

/** How many clients came at once, and how they fared. */
export interface Crowd {
  clients: number;
  failedClients: number;
  failedQueries: number;
  /** How often each error occurred, by its code or number. */
  errors: Record<string, number>;
  seconds: number;
}

/** Everything that `npm run bench` measures. */
export interface Results {
  machine: {
    cpu: string;
    cores: number;
    memoryGb: number;
    loadBefore: number;
    loadAfter: number;
  };
  versions: Record<string, string>;
  /** Of warm clients: once with all processes on all cores, once with the relay on a core of its own. */
  throughput: { shared: WithAndWithoutTls; ownCore: WithAndWithoutTls };
  latencyP50: Rounds;
  latencyP99: Rounds;
  logins: Rounds;
  connectionPerQuery: Rounds;
  crowd: { direct: Crowd[]; proxy: Crowd[]; maxUsed: number[] };
  /** Per idle session of the proxy, and per idle socket of a Node server that does nothing. */
  memoryKb: { plain: number; tls: number; bareSocket: number; bareTlsSocket: number };
  restartWaitMs: number[];
}
