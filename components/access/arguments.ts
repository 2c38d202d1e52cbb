import { Address4, Address6 } from "ip-address";
import { groupIdForm } from "../base/names";
import type { Validator } from "../base/validator";
import type { Source } from "../network/securityGroups";

/** Where a client comes from: the id of a group, or a range as EC2 writes it. */
export function checkSource(check: Validator, client: string, source: Source): void {
  if ("cidrIpv4" in source) {
    checkRange(check, client, source.cidrIpv4, Address4, "10.1.0.0/16");
  } else if ("cidrIpv6" in source) {
    checkRange(check, client, source.cidrIpv6, Address6, "2001:db8::/32");
  } else {
    const rule =
      "it must be the id of a security group, which begins with sg-: give a range as { cidrIpv4 } or { cidrIpv6 }";
    check.matchingIfPlain(`the group of ${client}`, source.securityGroupId, groupIdForm, rule);
  }
}

/**
 * EC2 stores a range by its first address, so the provider would see any other form as a change for ever. One form for each
 * range also shows that two clients come from the same range.
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
