// How advertisements are summed: v3_checksum_as_v2 and old_unicast_checksum.
import type { IpFamily } from "../../base/ip.js";
import type { ChecksumCover, ChecksumParams, VrrpVersion } from "../../vrrp/params.js";
import type { GlobalConf, InstanceConf } from "../conf.js";

/** Only version 3 over IPv4 has a choice. Where nothing is written, we do as the peers do. */
export function lowerChecksum(
  conf: InstanceConf,
  globals: GlobalConf,
  family: IpFamily,
  version: VrrpVersion,
  unicast: boolean,
): ChecksumParams {
  if (family === 6) return { cover: "pseudoHeader", recognises: [], adapts: false };
  if (version === 2) return { cover: "message", recognises: [], adapts: false };
  const asVersion2 = conf.v3ChecksumAsV2 ?? globals.v3ChecksumAsV2;
  const forcedOld = unicast && conf.oldUnicastChecksum === true;
  const cover = forcedOld ? "groupPseudoHeader" : asVersion2 === true ? "message" : "pseudoHeader";
  const known: readonly ChecksumCover[] =
    unicast && conf.oldUnicastChecksum !== false
      ? ["pseudoHeader", "message", "groupPseudoHeader"]
      : ["pseudoHeader", "message"];
  return {
    cover,
    recognises: known.filter((other) => other !== cover),
    adapts: asVersion2 === undefined && !forcedOld,
  };
}
