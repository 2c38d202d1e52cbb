import { Address4, Address6 } from "ip-address";
import type { Validator } from "../base/validator";
import type { Source } from "../network/securityGroups";

/** The name of a client, which the policy that lets it log in is called after and the rules that let it in mention. */
export function checkClient(check: Validator, client: string): void {
  const rule = "rules and a policy are named after it: use up to 64 letters, digits, hyphens, dots and underscores";
  check.matching("the name of a client", client, /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, rule);
}

/** Where a client comes from: the id of a group, or a range as EC2 writes it. */
export function checkSource(check: Validator, client: string, source: Source): void {
  if ("cidrIpv4" in source) {
    checkRange(check, client, source.cidrIpv4, Address4, "10.1.0.0/16");
  } else if ("cidrIpv6" in source) {
    checkRange(check, client, source.cidrIpv6, Address6, "2001:db8::/32");
  } else {
    const rule =
      "it must be the id of a security group, which begins with sg-: give a range as { cidrIpv4 } or { cidrIpv6 }";
    check.matchingIfPlain(`the group of ${client}`, source.securityGroupId, /^sg-/, rule);
  }
}

/**
 * EC2 stores a range by its first address, and so the provider takes no other form of it: it would see a change for ever.
 * It is also what tells that two clients come from the same range.
 */
function checkRange(
  check: Validator,
  client: string,
  range: string,
  Address: typeof Address4 | typeof Address6,
  example: string,
): void {
  const argument = `the range of ${client}`;
  if (typeof range !== "string" || !range.includes("/") || !Address.isValid(range)) {
    check.refuse(argument, range, `it must be a range of addresses such as "${example}"`);
  }
  const address = new Address(range);
  const canonical = `${address.startAddress().correctForm()}/${address.subnetMask}`;
  if (range !== canonical) {
    check.refuse(argument, range, `a range is written with its first address: use "${canonical}"`);
  }
}
