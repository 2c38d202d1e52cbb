import assert from "node:assert/strict";
import { parseCommandLine } from "../../local/commandLine";

describe("the arguments of npm start", () => {
  it("may be left out", () => {
    assert.deepEqual(parseCommandLine([]), {
      help: false,
      stay: false,
      program: ".",
      stack: undefined,
      config: {},
      data: undefined,
      port: undefined,
    });
  });

  it("give a stack, configuration values, and whether to stay up", () => {
    const args = [
      "--stack=prod",
      "--config",
      "bastion=true",
      "--config",
      'subnetIds=["a=b"]',
      "--stay",
      "--program",
      "infra",
      "--data=../rows",
      "--port",
      "13306",
    ];
    const config = { bastion: "true", subnetIds: '["a=b"]' };
    assert.deepEqual(parseCommandLine(args), {
      help: false,
      stay: true,
      program: "infra",
      stack: "prod",
      config,
      data: "../rows",
      port: 13306,
    });
  });

  it("ask for help in two ways", () => {
    for (const argument of ["--help", "-h"]) assert.equal(parseCommandLine([argument]).help, true, argument);
  });

  for (const [args, message] of [
    [["--stak", "prod"], "There is no option --stak: did you mean --stack?"],
    [["--verbose"], "There is no option --verbose: use --help, --stay, --program, --stack, --config, --data, --port."],
    [["-x"], "There is no option -x: use --help, --stay, --program, --stack, --config, --data, --port."],
    [["--stack"], "--stack has no value, but it needs one, such as --stack dev."],
    [["--stack", "--stay"], "--stack has no value, but it needs one, such as --stack dev."],
    [["--data"], "--data has no value, but it needs one, such as --data .local-data."],
    [["--port=proxy"], '--port is "proxy", but it must be a number from 1 to 65535, such as --port 13306.'],
    [["--port", "65536"], '--port is "65536", but it must be a number from 1 to 65535, such as --port 13306.'],
    [["--stay=no"], '--stay is "no", but it takes no value: write only --stay.'],
    [
      ["--config", "bastion"],
      '--config is "bastion", but it must be a key and a value, such as --config bastion=true.',
    ],
    [
      ["prod"],
      'The argument "prod" belongs to no option: write an option before it, and with npm also "--", as in `npm start -- --stack prod`.',
    ],
    [
      ["bastion=true"],
      'The argument "bastion=true" belongs to no option: write an option before it, and with npm also "--", as in `npm start -- --config bastion=true`.',
    ],
  ] as const) {
    it(`refuse ${args.join(" ")}`, () => {
      assert.throws(() => parseCommandLine([...args]), { message });
    });
  }
});
