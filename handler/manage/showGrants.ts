import { quoted } from "./names";
import { allPrivileges, grantOption, type Privilege, type Privileges, privilegesOf } from "./privileges";

/** What SHOW GRANTS says of a user. */
export interface Shown {
  privileges: Privileges;
  /** Roles that the user has, as the server writes them. */
  roles: string[];
}

/**
 * Reads the lines of SHOW GRANTS. What it does not know is left out, such as MariaDB's default role and MySQL's partial revokes.
 *
 * @param user the user whose lines are wanted: MariaDB adds those of roles and of everybody
 */
export function readGrants(lines: string[], user: string): Shown {
  const roles: string[] = [];
  const privileges: Privilege[] = [];
  const grantee = `${quoted(user)}@${quoted("%")}`;
  for (const line of lines) {
    const { text, unmasked } = mask(line);
    const [, words, object, to = "", rest = ""] = /^GRANT (.+?)(?: ON (.+?))? TO (\S+)(.*)$/.exec(text) ?? [];
    if (words === undefined || unmasked(to) !== grantee) continue;
    if (object === undefined) {
      roles.push(...words.split(/, ?/).map(unmasked));
      continue;
    }
    const on = unmasked(object);
    privileges.push(...privilegesIn(words, on, unmasked));
    if (rest.includes("WITH GRANT OPTION")) privileges.push({ on, word: grantOption });
  }
  return { roles, privileges: privilegesOf(privileges) };
}

/** Puts marks in the places of quoted names, which may have anything in them. */
function mask(line: string): { text: string; unmasked: (text: string) => string } {
  const names: string[] = [];
  const text = line.replace(/`(?:[^`]|``)*`|'(?:[^'\\]|\\.|'')*'/g, (name) => `\0${names.push(name) - 1}\0`);
  return { text, unmasked: (part) => part.replace(/\0(\d+)\0/g, (_, index: string) => names[Number(index)] ?? "") };
}

function privilegesIn(words: string, on: string, unmasked: (text: string) => string): Privilege[] {
  return [...words.matchAll(/([A-Z_ ]+?)(?: \(([^)]*)\))?(?:, ?|$)/g)].flatMap(([, word = "", columns]) => {
    if (word === "USAGE") return [];
    if (word === "ALL PRIVILEGES") return allPrivileges(on).map((single) => ({ on, word: single }));
    return columns === undefined
      ? [{ on, word }]
      : // MariaDB quotes a column only where it has to.
        columns
          .split(/, ?/)
          .map((name) => ({ on, word, column: name.startsWith("\0") ? unmasked(name) : quoted(name) }));
  });
}
