import type { RdsProxyOptions, TargetGroupConfig, TargetHealth, TargetOptions } from "./types";

/** A stand-in for one Amazon RDS Proxy: its listener, its default target group and its targets. */
export class RdsProxy {
  private constructor(readonly port: number) {}

  static listen(_options: RdsProxyOptions): Promise<RdsProxy> {
    return Promise.reject(new Error("the RDS Proxy stand-in is not written yet"));
  }

  configure(_config: TargetGroupConfig): void {
    throw new Error("not written yet");
  }

  registerTarget(_target: TargetOptions): Promise<void> {
    return Promise.reject(new Error("not written yet"));
  }

  deregisterTarget(_id: string): Promise<void> {
    return Promise.reject(new Error("not written yet"));
  }

  targetHealth(): TargetHealth[] {
    return [];
  }

  whenAvailable(_id: string, _timeoutSeconds: number): Promise<void> {
    return Promise.reject(new Error("not written yet"));
  }

  metrics(): Record<string, number> {
    return {};
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
