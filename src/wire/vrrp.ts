// VRRP advertisements: RFC 3768 §5 (version 2) and RFC 5798 §5 / RFC 9568 §5 (version 3).
//
// Version 2                                            Version 3
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// |Version| Type  | Virtual Rtr ID|   Priority    | Count Addrs   |
// |  Auth Type    |  Adver Int    |           Checksum            |   v2: whole seconds
// |(rsvd) |  Max Adver Int        |           Checksum            |   v3: centiseconds
// |                   Address (1) .. Address (n)                  |
// |          Authentication Data: 8 octets, version 2 only        |
import type { IpAddress } from "../base/ip.js";
import type { Micros } from "../base/time.js";

export const VRRP_PROTOCOL = 112;
export const AUTHENTICATION_DATA_LENGTH = 8;

export interface Advertisement {
  readonly version: 2 | 3;
  readonly vrid: number;
  readonly priority: number;
  readonly interval: Micros;
  readonly addresses: readonly IpAddress[];
  /** Version 2 only: 0 none, 1 PASS, 2 AH. */
  readonly authType: number;
  /** Version 2 only: eight octets. */
  readonly authData: readonly number[];
}
