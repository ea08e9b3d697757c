// From the engine's state to what the status socket shows of one sync group.
import type { Instant } from "../base/time.js";
import type { Group, VrrpRouter } from "../vrrp/vrrp-router.js";
import type { GroupView } from "./views.js";

export function viewGroup({ machine, members }: Group, router: VrrpRouter, now: Instant): GroupView {
  const waiting = members.flatMap((index) => {
    const member = router.members[index]?.router;
    const expired = member?.phase.state === "backup" && member.phase.masterDownAt <= now;
    return expired ? [member.params.name] : [];
  });
  return {
    name: machine.params.name,
    state: machine.state,
    since: machine.since,
    ...(machine.leader !== undefined && { leader: machine.leader }),
    members: machine.params.members,
    waiting,
  };
}
