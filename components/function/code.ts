import * as pulumi from "@pulumi/pulumi";
import type { Fields } from "../base/fields";
import { isOutput } from "../base/validator";

/** A package of a Lambda function, and how to run it. */
export interface FunctionCode {
  /** The files of the package. */
  archive: pulumi.Input<pulumi.asset.Archive>;
  /** The function in it that Lambda calls, such as `index.handler`. */
  handler: string;
  /** What Lambda runs it with, such as `python3.13`. */
  runtime: string;
}

type Given = Fields<{ code?: FunctionCode | undefined; callback?: unknown; callbackFactory?: unknown }>;

export function checkCode(given: Given): FunctionCode | undefined {
  const code = given.optionalObject<FunctionCode>("code");
  if (code === undefined) return undefined;
  for (const other of ["callback", "callbackFactory"] as const) {
    if (given.value(other) === undefined) continue;
    given.check.refuse(other, "given together with code", "a function has one of them: leave out the other");
  }
  const archive = code.value("archive") as FunctionCode["archive"] | undefined;
  if (!isOutput(archive) && !pulumi.asset.Archive.isInstance(archive)) {
    code.refuse("archive", 'it must be an archive, such as new pulumi.asset.FileArchive("./report")');
  }
  const handlerRule = "it must name a file and a function, such as index.handler";
  const runtimeRule = "it must be a runtime of Lambda, such as python3.13";
  const settings = {
    archive: archive as FunctionCode["archive"],
    handler: code.text("handler", /^[^\s]{1,128}$/, handlerRule, undefined) ?? code.refuse("handler", handlerRule),
    runtime: code.text("runtime", /^[a-z]+[\w.]*$/, runtimeRule, undefined) ?? code.refuse("runtime", runtimeRule),
  };
  code.end();
  return settings;
}
