// Building blocks of the examples that every rule carries: they are shown in the documentation and run by the tests.

/** An instance that keeps all rules, but for `lines`; a line replaces that of the same keyword. */
export function instance(lines: string, name = "VI_1"): string {
  const given = lines.split("\n").map((line) => line.trim());
  const keywords = new Set(given.map((line) => line.split(/\s/)[0]));
  const usual = ["interface eth0", "virtual_router_id 51", "priority 150", "virtual_ipaddress { 192.0.2.10/24 }"];
  const kept = usual.filter((line) => !keywords.has(line.split(/\s/)[0]));
  return `vrrp_instance ${name} {\n${[...kept, ...given].map((line) => (line === "" ? "" : `  ${line}\n`)).join("")}}\n`;
}

/** A virtual server that keeps all rules, but for `lines`. */
export function virtualServer(lines: string, head = "192.0.2.10 80"): string {
  const given = lines.split("\n").map((line) => line.trim());
  const keywords = new Set(given.map((line) => line.split(/\s/)[0]));
  const usual = [
    "protocol TCP",
    "lvs_sched rr",
    "lvs_method NAT",
    "real_server 10.0.0.1 80 { weight 1 }",
    "real_server 10.0.0.2 80 { weight 1 }",
  ];
  const kept = usual.filter((line) => !keywords.has(line.split(/\s/)[0]));
  return `virtual_server ${head} {\n${[...kept, ...given].map((line) => (line === "" ? "" : `  ${line}\n`)).join("")}}\n`;
}
