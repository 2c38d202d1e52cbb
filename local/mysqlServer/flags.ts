import { join } from "node:path";
import type { ServerBinary } from "./binary";

/**
 * How every server of ours is started. It lives for a run and its data is thrown away, so nothing is written twice or
 * waited for on the disk, and its buffers are small. None of it changes what a client sees.
 */
export function serverFlags(binary: ServerBinary, folder: string): string[] {
  const flags = [
    // First by MySQL's rule: this machine's configuration files are none of ours.
    "--no-defaults",
    `--datadir=${join(folder, "data")}`,
    // A server that starts deletes what it takes for an earlier one's temporary tables, so no two may share this folder.
    `--tmpdir=${folder}`,
    // Losing the last moments in a power cut is fine.
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--skip-innodb-doublewrite",
    "--skip-log-bin",
    // The kernel's asynchronous I/O is often forbidden in containers, and then costs a slow start.
    "--skip-innodb-use-native-aio",
    "--innodb-buffer-pool-size=32M",
    "--skip-innodb-buffer-pool-load-at-startup",
    "--skip-innodb-buffer-pool-dump-at-shutdown",
    "--innodb-autoextend-increment=1",
    "--skip-performance-schema",
    // As on RDS, where the parameter groups of MySQL 8.0 and later set these.
    "--character-set-server=utf8mb4",
    "--default-time-zone=+00:00",
    // Names are never looked up: 127.0.0.1 is then not "localhost", which only the socket file is.
    "--skip-name-resolve",
  ];
  if (binary.flavour === "mariadb") {
    flags.push(
      "--innodb-log-file-size=4M",
      "--innodb-data-file-path=ibdata1:2M:autoextend",
      "--innodb-temp-data-file-path=ibtmp1:2M:autoextend",
      "--aria-log-file-size=8M",
    );
  } else {
    flags.push("--innodb-redo-log-capacity=8M", "--mysqlx=OFF");
  }
  // Servers refuse to run as root unless told that it is meant.
  if (process.getuid?.() === 0) flags.push("--user=root");
  return flags;
}
