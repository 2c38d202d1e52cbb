/** A line that a service has written into a log group. */
interface LogEvent {
  /** Milliseconds since 1970. */
  timestamp: number;
  message: string;
}

/** A line with the name of its group. */
export interface LogLine extends LogEvent {
  group: string;
}

/** How many lines a group keeps. On AWS it keeps all of them for as long as the program says. */
const longest = 500;

/** CloudWatch Logs: the last lines of functions and proxies, by the name of the group. */
export class LogGroups {
  private readonly groups = new Map<string, LogEvent[]>();
  private listener: (line: LogLine) => void = () => undefined;

  /** @param show receives each line, with the name of its group */
  constructor(private readonly show: (line: string) => void) {}

  readonly put = (group: string, message: string): void => {
    const events = this.groups.get(group) ?? [];
    this.groups.set(group, events);
    const timestamp = Date.now();
    events.push({ timestamp, message });
    this.listener({ group, timestamp, message });
    if (events.length > longest) events.shift();
    this.show(`${group}: ${message}`);
  };

  /** Calls the listener with each line from now on. */
  onLine(listener: (line: LogLine) => void): void {
    this.listener = listener;
  }

  /** The last lines of all groups, the oldest first. */
  last(count: number): LogLine[] {
    const lines = [...this.groups].flatMap(([group, events]) => events.map((event) => ({ group, ...event })));
    return lines.sort((a, b) => a.timestamp - b.timestamp).slice(-count);
  }

  /** Forgets all lines. */
  clear(): void {
    this.groups.clear();
  }

  /** Undefined if nothing has been written into the group. */
  get(group: string): readonly LogEvent[] | undefined {
    return this.groups.get(group);
  }
}
