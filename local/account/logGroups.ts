/** A line that a service has written into a log group. */
interface LogEvent {
  timestamp: number;
  message: string;
}

/** How many lines a group keeps. On AWS it keeps all of them for as long as the program says. */
const longest = 500;

/** CloudWatch Logs: the last lines of functions and proxies, by the name of the group. */
export class LogGroups {
  private readonly groups = new Map<string, LogEvent[]>();

  /** @param show receives each line, with the name of its group */
  constructor(private readonly show: (line: string) => void) {}

  readonly put = (group: string, message: string): void => {
    const events = this.groups.get(group) ?? [];
    this.groups.set(group, events);
    events.push({ timestamp: Date.now(), message });
    if (events.length > longest) events.shift();
    this.show(`${group}: ${message}`);
  };

  /** Forgets all lines. */
  clear(): void {
    this.groups.clear();
  }

  /** Undefined if nothing has been written into the group. */
  get(group: string): readonly LogEvent[] | undefined {
    return this.groups.get(group);
  }
}
