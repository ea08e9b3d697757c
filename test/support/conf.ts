// From the text of a keepalived.conf to what the engine is told, through the real reader.
import { readConfiguration } from "../../src/config/index.js";
import type { VrrpRouterParams } from "../../src/vrrp/params.js";
import { MAIN, machine } from "../config/machine.js";

/** A text that is not accepted without a remark is a mistake in the test. */
export function vrrpParams(text: string): VrrpRouterParams {
  const { params, diagnostics } = readConfiguration(MAIN, machine({ files: { [MAIN]: text } }));
  if (params === undefined || diagnostics.length > 0)
    throw new Error(`not a good configuration: ${JSON.stringify(diagnostics)}`);
  return params.vrrp;
}

/** One instance on eth0; `lines` are put into its block. */
export const instanceText = (lines: string, name = "VI_1", vrid = 51, address = "10.0.0.100/24"): string => `
vrrp_instance ${name} {
  interface eth0
  virtual_router_id ${vrid}
  version 3
  advert_int 0.1
  ${lines}
  virtual_ipaddress {
    ${address}
  }
}
`;
