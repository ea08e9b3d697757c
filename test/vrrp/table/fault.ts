// Cells of the state fault: keepalived's FAULT.
import { hears } from "../../support/vrrp.js";
import { type Cell, stop, removed, healthy, lost, timeout, startup, priority, source, replaced } from "./cell.js";

export const faultCells: readonly Cell[] = [
  { name: "no fault any more", event: healthy, to: "backup", effects: ["fault>backup faultCleared"], due: 3609.375 },
  {
    name: "no fault any more, address owner",
    event: healthy,
    with: { priority: 255, startAs: "master" },
    router: { priority: 255 },
    to: "master",
    effects: ["advert 255", "install 1", "announce 1x1", "fault>master addressOwner"],
    due: 1000,
  },
  {
    name: "another fault",
    event: { kind: "faultsChanged", causes: [{ kind: "scriptFailed", script: "s" }] },
    to: "fault",
    effects: [],
  },
  { name: "shutdown", event: stop, to: "stopped", effects: ["fault>stopped shutdown"] },
  { name: "removal", event: removed, to: "stopped", effects: ["fault>stopped removedByReload"] },
  { name: "priority changed", event: priority, to: "fault", effects: ["priority 100>90"] },
  { name: "source changed", event: source, to: "fault", effects: [] },
  { name: "parameters replaced", event: replaced, to: "fault", effects: [] },
  { name: "startup", event: startup, to: "fault", effects: [] },
  { name: "timeout", event: timeout, to: "fault", effects: [] },
  { name: "advertisement", event: hears(200), to: "fault", effects: [] },
  { name: "priority 0", event: hears(0), to: "fault", effects: [] },
  { name: "addresses lost", event: lost, to: "fault", effects: [] },
];
