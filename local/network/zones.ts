const directions: Record<string, string> = {
  north: "n",
  south: "s",
  east: "e",
  west: "w",
  central: "c",
  northeast: "ne",
  northwest: "nw",
  southeast: "se",
  southwest: "sw",
};

/** The ids of availability zones begin with this text, such as `apne1` for `ap-northeast-1`. */
function zonePrefix(region: string): string {
  const [continent = "", direction = "", number = ""] = region.split("-");
  return `${continent}${directions[direction] ?? direction}${number}`;
}

/** The id of a zone. On AWS the same name can mean a different zone in each account. Here `a` is always `az1`. */
export function zoneId(name: string): string {
  return `${zonePrefix(name.slice(0, -1))}-az${name.charCodeAt(name.length - 1) - 96}`;
}
