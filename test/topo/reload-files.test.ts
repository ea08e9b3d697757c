// reload_file, reload_time_file, reload_repeat, reload_check_config.
import { expect } from "chai";
import { existsSync, readFileSync, watch, writeFileSync } from "node:fs";
import { isAdvert } from "./lab/capture.js";
import { block, confWith } from "./lab/conf.js";
import { kinds, topologySuite, withLab } from "./lab/scenario.js";
import { eventuallyTrue } from "./lab/wait.js";

const text = (priority: number, ...globals: readonly string[]): string =>
  confWith([block("global_defs", globals)], { priority });
const soon = (): string => `${new Date(Date.now() + 2_000).toISOString().slice(0, 19).replace("T", " ")}Z\n`;

topologySuite("files around a reload", () => {
  if (!kinds.includes("vipd")) return;

  for (const repeats of [false, true]) {
    it(`reload_time_file reloads at its time and ${repeats ? "stays with reload_repeat" : "is removed"} [vipd]`, () =>
      withLab({ hosts: ["a"] }, async (lab) => {
        const host = lab.host("a");
        const timeFile = host.path("when");
        const globals = [`reload_time_file ${timeFile}`, ...(repeats ? ["reload_repeat"] : [])];
        const daemon = host.start({ kind: "vipd", conf: text(150, ...globals) });
        await daemon.inState("VI_1", "MASTER");
        const mark = lab.capture.mark();
        writeFileSync(daemon.files.conf, text(160, ...globals));
        writeFileSync(timeFile, "tomorrow\n");
        await daemon.logged(/plans no reload: write/);
        writeFileSync(timeFile, soon());
        await daemon.logged(/a reload is planned for/);
        await lab.capture.until("the new priority", isAdvert({ priority: 160 }), mark);
        await eventuallyTrue("the file is as it should be", () => existsSync(timeFile) === repeats);
      }));
  }

  it("reload_file is there while the configuration is read, and gone after [vipd]", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const host = lab.host("a");
      const seen: string[] = [];
      const watcher = watch(host.directory, (_event, name) => seen.push(name ?? ""));
      const globals = [`reload_file ${host.path("reading")}`];
      const daemon = host.start({ kind: "vipd", conf: text(150, ...globals) });
      await daemon.inState("VI_1", "MASTER");
      daemon.reload(text(160, ...globals));
      await daemon.logged(/Reload complete/);
      await eventuallyTrue("it was made and removed", () => seen.filter((name) => name === "reading").length >= 2);
      watcher.close();
      expect(existsSync(host.path("reading"))).to.equal(false);
    }));

  it("reload_check_config says in its file what is wrong [vipd]", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const host = lab.host("a");
      const globals = [`reload_check_config ${host.path("verdict")}`];
      const daemon = host.start({ kind: "vipd", conf: text(150, ...globals) });
      await daemon.inState("VI_1", "MASTER");
      daemon.reload(text(160, ...globals).replace(/virtual_router_id.*/, ""));
      await daemon.logged(/Reload refused/);
      expect(readFileSync(host.path("verdict"), "utf8")).to.match(/virtual_router_id/);
      daemon.reload(text(160, ...globals));
      await daemon.logged(/Reload complete/);
      expect(readFileSync(host.path("verdict"), "utf8")).to.equal("nothing is wrong with it\n");
    }));
});
