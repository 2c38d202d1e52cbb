import { join } from "node:path";
import type { ServerBinary } from "./binary";

/**
 * Options for every server of the stand-in. Most servers live for one run and then their data is deleted. So they do not
 * write anything twice, they do not wait for the disk, and their buffers are small. A client does not see any of this.
 *
 * @param kept the data folder of a server whose data stays; it has to survive a crash
 */
export function serverFlags(binary: ServerBinary, folder: string, kept?: string): string[] {
  const flags = [
    // The server must not read this machine's configuration files. MySQL requires this option to be the first.
    "--no-defaults",
    `--datadir=${kept ?? join(folder, "data")}`,
    // At its start a server deletes temporary tables that it finds here, so two servers must not share this folder.
    `--tmpdir=${folder}`,
    ...(kept === undefined
      ? // After a power failure nobody needs the data.
        ["--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--skip-innodb-doublewrite"]
      : // The system has what a transaction wrote when it ends, but may not have it on the disk yet.
        ["--innodb-flush-log-at-trx-commit=2"]),
    "--skip-log-bin",
    // Containers often forbid the kernel's asynchronous I/O. The server would then start slowly.
    "--skip-innodb-use-native-aio",
    "--innodb-buffer-pool-size=32M",
    "--skip-innodb-buffer-pool-load-at-startup",
    "--skip-innodb-buffer-pool-dump-at-shutdown",
    "--innodb-autoextend-increment=1",
    "--skip-performance-schema",
    // As on RDS, where the parameter groups of MySQL 8.0 and later set these.
    "--character-set-server=utf8mb4",
    "--default-time-zone=+00:00",
    // The server must not look up host names. So 127.0.0.1 is not "localhost", and only the socket file is.
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
  // Servers refuse to run as root without this option.
  if (process.getuid?.() === 0) flags.push("--user=root");
  return flags;
}
