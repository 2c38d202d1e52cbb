/** Writes the table of docs/doctor.md: every broken stack of the tests, and what the doctor says of it. `npm run doctor:page` */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { textOf } from "../../../doctor/report";
import { type Case, cases } from "./cases";
import { Patient } from "./patient";

const page = join(__dirname, "../../../docs/doctor.md");
const [begin, end] = ["<!-- written by npm run doctor:page -->", "<!-- end -->"];

/** Ids are random: the same number for the same id, in the order in which they appear. */
function withoutChance(text: string): string {
  const numbers = new Map<string, number>();
  const ids = /\b(sg|subnet|vpc|acl|vpce)-[0-9a-f]{17}\b|(?<=[-.])(?=[a-f]*\d)[0-9a-f]{6,12}\b/g;
  return text.replace(ids, (id) => {
    const [kind = "", digits] = id.split("-");
    numbers.set(id, numbers.get(id) ?? numbers.size + 1);
    const number = String(numbers.get(id)).padStart(2, "0");
    return digits === undefined ? number : `${kind}-${number}`;
  });
}

async function outputOf(patient: Patient, { breakIt, change }: Case): Promise<string> {
  const repair = await breakIt?.(patient);
  try {
    return withoutChance(textOf((await patient.diagnose(change)).filter(({ problems }) => problems.length > 0)));
  } finally {
    await repair?.();
    if (breakIt !== undefined) await patient.reconnect(undefined);
  }
}

async function main(): Promise<void> {
  const sections: string[] = [];
  for (const auth of [undefined, "iam"] as const) {
    const patient = await Patient.open(auth === undefined ? {} : { auth });
    try {
      if (auth === undefined) {
        sections.push(`### Nothing is wrong\n\n\`\`\`\n${withoutChance(textOf(await patient.diagnose()))}\n\`\`\``);
      }
      for (const one of cases.filter((candidate) => candidate.auth === auth)) {
        const star = one.change === undefined ? "" : " \\*";
        sections.push(`### ${one.title}${star}\n\n\`\`\`\n${await outputOf(patient, one)}\n\`\`\``);
      }
    } finally {
      await patient.close();
    }
  }
  const [before = "", rest = ""] = readFileSync(page, "utf8").split(begin);
  const text = `${before}${begin}\n\n${sections.join("\n\n")}\n\n${end}${rest.split(end)[1] ?? ""}`;
  writeFileSync(page, await format(text, { ...(await resolveConfig(page)), filepath: page }));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
