// Whole configurations: what the daemon is told, what is complained about, in which order, with which exit status.
import { expect } from "chai";
import { readConfiguration, renderDiagnostic, renderFinding } from "../../src/config/index.js";
import { problems } from "../../src/config/diagnostics.js";
import { noRouterParams } from "../../src/vrrp/params.js";
import { machine, MAIN, problemsOf, read } from "./machine.js";

const SECURE = "global_defs {\nenable_script_security\nscript_user root\n}\n";
const VI = "vrrp_instance VI {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress { 10.9.9.9 }\n";

describe("config: the daemon", () => {
  it("has defaults for everything", () => {
    const { params, diagnostics, exitStatus, files } = read("");
    expect(params).to.deep.equal({
      routerId: "node1.example.org",
      vrrp: noRouterParams,
      vrrpScheduling: { nice: 0, lockMemory: false, cpus: [] },
      bfd: { sessions: [] },
      bfdScheduling: { nice: 0, lockMemory: false, cpus: [] },
      scripts: [],
      hooks: [],
      fifos: [],
      files: [],
      processes: [],
      fifoStatesOnReload: false,
      priorityReporters: [],
      smtpAlerts: [],
      childWait: 5_000_000,
      reload: { repeats: false },
      fixed: {},
    });
    expect({ diagnostics, exitStatus, files }).to.deep.equal({ diagnostics: [], exitStatus: 0, files: [MAIN] });
  });

  it("is told what global_defs says, the last one of each", () => {
    const { params, diagnostics } =
      read(`child_wait_time 9\nglobal_defs {\nrouter_id a\nrouter_id B\nvrrp_startup_delay 1.5\nlog_unknown_vrids
      vrrp_priority -5\nvrrp_no_swap\nvrrp_rt_priority 50\nvrrp_rlimit_rttime 1\nvrrp_cpu_affinity 1 3\numask 022\nstate_dump_file /x/y\n}`);
    expect(diagnostics).to.deep.equal([]);
    expect(params).to.deep.include({
      routerId: "B",
      vrrpScheduling: { nice: -5, lockMemory: true, realtimePriority: 50, realtimeLimit: 2, cpus: [1, 3] },
      childWait: 9_000_000,
      umask: 0o022,
      stateDumpFile: "/x/y",
    });
    expect(params?.vrrp).to.deep.include({ startupDelay: 1_500_000, logUnknownVrids: true });
  });

  for (const [lines, problem] of [
    ["vrrp_version 4", "invalidChoice"],
    ["vrrp_rt_priority 100", "adjusted"],
    ["vrrp_priority 30", "outOfRange"],
    ["router_id", "missingWord"],
    ["vrrp_strict maybe", "invalidBoolean"],
    ["vrrp_mcast_group4 10.0.0.1", "invalidAddress"],
    ["umask 999", "invalidNumber"],
    ["umask IWGRP | IRWXO", ""],
    ["vrrp_cpu_affinity 99", "outOfRange"],
    ["script_user nobody", "unknownScriptUser"],
    ["vrrp_startup_delay 0", "outOfRange"],
    ["vrrp_garp_interval 0", "outOfRange"],
    ["vrrp_garp_master_repeat 0", "adjusted"],
    ["vrrp_garp_master_delay", "missingParameter"],
    ["include_check readable", "invalidChoice"],
    ["include_check +match -read", ""],
    ["vrrp_skip_check_adv_addr", ""],
    ["vrrp_strict", ""],
    ["enable_traps", "notSupported"],
    ["notification_email { a@b }", ""],
    ["vrrp_garp_masterdelay 3", "unknownKeyword"],
    ["child_wait_time 3", "unknownKeyword"],
    ["vrrp_startup_delay 1.1234567", "tooManyDecimals"],
  ] as const) {
    it(`says ${problem === "" ? "nothing" : problem} about ${lines}`, () => {
      const found = read(`global_defs {\n${lines}\n}`).diagnostics.map((diagnostic) => diagnostic.problem);
      expect(found).to.deep.equal(problem === "" ? [] : [problem]);
    });
  }
});

describe("config: scripts", () => {
  it("splits commands like a shell, and runs them as their line says", () => {
    const { params, diagnostics } = read(
      `${SECURE}vrrp_script s {\nscript "/bin/true 'a b' c\\x41d"\nuser keepalived_script :adm\ninterval 0.5\ntimeout 3\nrise 2\nfall 4\ninit_fail\n}\n` +
        `${VI}track_script {\ns\n}\nnotify "/bin/true x" keepalived_script adm\nnotify_master /bin/true\nnotify_stop '/bin/true y'\n}`,
    );
    expect(diagnostics).to.deep.equal([]);
    expect(params?.scripts).to.deep.equal([
      {
        name: "s",
        command: {
          argv: ["/bin/true", "a b", "cAd"],
          identity: { user: "keepalived_script", uid: 900, gid: 4, groups: [7, 8] },
          security: true,
        },
        interval: 500_000,
        timeout: 3_000_000,
        rise: 2,
        fall: 4,
        initFail: true,
      },
    ]);
    const root = { user: "root", uid: 0, gid: 0, groups: [] };
    expect(params?.hooks).to.deep.equal([
      {
        subject: { kind: "INSTANCE", name: "VI" },
        any: {
          argv: ["/bin/true", "x"],
          identity: { user: "keepalived_script", uid: 900, gid: 4, groups: [] },
          security: true,
        },
        master: { argv: ["/bin/true"], identity: root, security: true },
        stop: { argv: ["/bin/true", "y"], identity: root, security: true },
      },
    ]);
  });

  it("hands over only scripts that something tracks", () => {
    expect(read(`${SECURE}vrrp_script s {\nscript /bin/true\n}`).params?.scripts).to.deep.equal([]);
  });

  it("takes keepalived_script where no user is named, and the daemon's own user without it", () => {
    const text = `${VI}notify /bin/true\n}`;
    expect(read(text).params?.hooks[0]?.any?.identity.user).to.equal("keepalived_script");
    expect(read(text, { users: {} }).params?.hooks[0]?.any?.identity.user).to.equal("root");
    const secure = read(`global_defs {\nenable_script_security\n}\n${text}`, { users: {} });
    expect(secure.diagnostics.map(({ problem }) => problem)).to.deep.equal(["noScriptUser"]);
    expect(secure.params?.hooks).to.deep.equal([]);
  });

  for (const [name, text, found, exitStatus] of [
    [
      "scripts without script security, once",
      `${VI}notify /bin/true\nnotify_stop /bin/true\n}`,
      ["scriptSecurityOff"],
      6,
    ],
    ["a program that is missing, whatever the security", `${VI}notify /bin/none\n}`, ["missingHook"], 0],
    ["a program that is missing", `${SECURE}${VI}notify /bin/none\n}`, ["missingHook"], 0],
    [
      "a tracked program that is missing",
      `${SECURE}vrrp_script s {\nscript /bin/none\n}\n${VI}track_script {\ns\n}\n}`,
      ["missingProgram"],
      5,
    ],
    ["a program that others may change", `${SECURE}${VI}notify /tmp/x\n}`, ["insecureProgram"], 6],
    [
      "nothing but the missing security where others may change a program",
      `${VI}notify /tmp/x\n}`,
      ["scriptSecurityOff"],
      6,
    ],
    ["an unknown user", `${SECURE}${VI}notify /bin/true nobody\n}`, ["unknownUser"], 0],
    ["an unknown group", `${SECURE}${VI}notify /bin/true root nogroup\n}`, ["unknownUser"], 0],
    ["a script without a command", `${SECURE}vrrp_script s {\ninterval 2\n}`, ["incompleteBlock"], 5],
    ["a second notify", `${SECURE}${VI}notify /bin/true\nnotify /bin/true x\n}`, ["alreadyGiven"], 5],
    ["a quote that is not closed", `${SECURE}${VI}notify "/bin/true 'a"\n}`, ["unterminatedQuote"], 5],
    ["an interval of 0", `${SECURE}vrrp_script s {\nscript /bin/true\ninterval 0\n}`, ["adjusted"], 5],
    ["a script without a name", "vrrp_script {\n}", ["missingParameter"], 2],
  ] as const) {
    it(`complains about ${name}`, () => {
      const configuration = read(text, { insecurePrograms: ["/tmp/x"] });
      expect(configuration.diagnostics.map(({ problem }) => problem)).to.deep.equal(found);
      expect(configuration.exitStatus).to.equal(exitStatus);
    });
  }
});

describe("config: what is not acted on yet", () => {
  const server = (ip: string): string =>
    `virtual_server ${ip} 80 {\nlvs_sched rr\nlvs_method NAT\nprotocol TCP\nreal_server 10.0.1.1 80 {\n}\n}\n`;

  it("is named once, in a loud voice where it matters", () => {
    const { diagnostics, exitStatus } = read(
      `${server("10.0.0.1")}${server("10.0.0.2")}linkbeat_use_polling\nlinkbeat_use_polling`,
    );
    expect(diagnostics.map(({ problem, message }) => [problem, message])).to.deep.equal([
      ["notSupportedLoud", "virtual_server is not supported yet: no virtual server is set up"],
      ["notSupported", "linkbeat_use_polling is not supported yet and has no effect"],
    ]);
    expect(exitStatus).to.equal(0);
  });

  it("is still checked for spelling, blocks within blocks too", () => {
    const text =
      "virtual_server 10.0.0.1 80 {\nlvs_schedd rr\nlvs_sched rr\nlvs_method DR\nprotocol TCP\nreal_server 10.0.0.2 80 {\nHTTP_GET {\nnb_get_retry 3\nurl { pathh / }\n}\n}\n}";
    expect(problemsOf(read(text))).to.deep.equal([
      "1:1 notSupportedLoud",
      "2:1 unknownKeyword",
      "8:1 deprecated",
      "9:7 unknownKeyword",
      "9:15 incompleteChecker",
      "10:1 incompleteChecker",
    ]);
  });
});

describe("config: diagnostics", () => {
  it("say once what an open quote costs", () => {
    const { diagnostics, exitStatus } = read(`${VI}priority "90\n}`);
    expect(diagnostics.map(({ problem }) => problem)).to.deep.equal(["unterminatedQuote"]);
    expect(exitStatus).to.equal(2);
  });

  it("take a state that is none for BACKUP, whatever the priority", () => {
    const { params } = read(`${VI}state SLAVE\npriority 255\n}`);
    expect(params?.vrrp.instances[0]?.startAs).to.equal("backup");
  });

  it("come in file order, each once, with a suggestion", () => {
    const { diagnostics } = read(
      `fooo\n${VI}prioritty 5\nfoo {\nadvert_int 2\n}\nadvert_int 3\n}\n}\nvrrp_scrip x { }`,
    );
    expect(
      diagnostics.map(({ problem, place, hint }) => `${place?.line.number ?? 0} ${problem} ${hint ?? ""}`.trim()),
    ).to.deep.equal([
      "1 unknownKeyword check its spelling, or remove it: no block knows this keyword",
      "6 unknownKeyword did you mean priority?",
      "7 unknownBlock check its spelling, or remove it: no block knows this keyword",
      "12 extraBrace remove it, or look above for a missing '{'",
      "13 unknownBlock did you mean vrrp_script?",
    ]);
  });

  it("suspect a missing brace where a block of the top level is inside another", () => {
    const [unknown, missing] = read("vrrp_instance A {\nvirtual_router_id 5\nvrrp_instance B {\n}\n")
      .diagnostics.filter(({ problem }) => problem !== "impossibleInstance" && problem !== "noAddresses")
      .toReversed();
    expect(unknown).to.include({
      problem: "unknownBlock",
      hint: "vrrp_instance stands at the top level: is a '}' missing above?",
    });
    expect(missing).to.include({ problem: "missingBrace" });
  });

  it("keep an unknown block from spoiling the rest", () => {
    const { params } = read(`${VI}foo { advert_int 2\n}\nadvert_int 3\n}`);
    expect(params?.vrrp.instances[0]?.advertisementInterval).to.equal(3_000_000);
  });

  it("give keepalived's exit status: a missing word beats all, 6 beats 5", () => {
    expect(read("foo").exitStatus).to.equal(5);
    expect(read(`foo\n${VI}notify /bin/true\n}`).exitStatus).to.equal(6);
    const fatal = read(`foo\n${VI}notify /bin/true\npriority\n}`);
    expect(fatal.exitStatus).to.equal(2);
    expect(fatal.params).to.equal(undefined);
  });

  it("say so when there is no configuration at all", () => {
    const { params, exitStatus, diagnostics } = readConfiguration("/none.conf", machine());
    expect({ params, exitStatus }).to.deep.equal({ params: undefined, exitStatus: 4 });
    expect(diagnostics.map((diagnostic) => renderDiagnostic(diagnostic))).to.deep.equal([
      "error VC0101: /none.conf does not exist\n   help: name another file with -f, or make it readable",
    ]);
  });

  it("are shown with their place, the line and a caret", () => {
    const [diagnostic] = read("global_defs {\n\tvrrp_version 4 # x\n}").diagnostics;
    expect(diagnostic === undefined ? "" : renderDiagnostic(diagnostic)).to.equal(
      [
        `${MAIN}:2:15: error VC0406: '4' is not allowed here`,
        " 2 |  vrrp_version 4 # x",
        "   |               ^",
        "   help: write 2 or 3",
      ].join("\n"),
    );
  });

  it("name their line in keepalived's words where keepalived names one", () => {
    const [unknown] = read("foo").diagnostics;
    const [lonely] = read("vrrp_instance V { interface eth0\n virtual_router_id 1\n }").diagnostics;
    if (unknown === undefined || lonely === undefined) throw new Error("diagnostics were expected");
    expect(renderFinding(unknown, { colours: false, severalFiles: false })).to.match(
      /^\(Line 1\) \/etc.*:1:1: warning/,
    );
    expect(renderFinding(unknown, { colours: false, severalFiles: true })).to.match(
      /^\(\/etc\/keepalived\/keepalived.conf: Line 1\) /,
    );
    expect(lonely.stage).to.equal("completion");
    expect(renderFinding(lonely, { colours: false, severalFiles: false })).to.equal(renderDiagnostic(lonely));
  });

  it("say in one line that there is no script security", () => {
    const conf = 'vrrp_instance V { interface eth0\n virtual_router_id 1\n no_virtual_ipaddress\n notify "/bin/true" }';
    const [insecure] = read(conf).diagnostics;
    if (insecure === undefined) throw new Error("a diagnostic was expected");
    expect(renderFinding(insecure, { colours: false, severalFiles: false })).to.match(
      /^SECURITY VIOLATION - [^\n]*VC0601\]$/,
    );
  });

  it("show what a line with parameters became", () => {
    const [diagnostic] = read("$V=4\nglobal_defs {\n  vrrp_version $V\n}").diagnostics;
    expect(diagnostic === undefined ? "" : renderDiagnostic(diagnostic)).to.equal(
      [
        `${MAIN}:3:3: error VC0406: '4' is not allowed here`,
        " 3 |   vrrp_version $V",
        "   |   ^^^^^^^^^^^^^^^",
        "   = expands to: vrrp_version 4",
        "   help: write 2 or 3",
      ].join("\n"),
    );
  });

  it("are coloured on request only", () => {
    const [diagnostic] = read("foo").diagnostics;
    if (diagnostic === undefined) throw new Error("a diagnostic was expected");
    expect(renderDiagnostic(diagnostic)).not.to.include("\u001b");
    expect(renderDiagnostic(diagnostic, { colours: true })).to.include("\u001b[33mwarning\u001b[0m");
  });

  it("have codes of their own", () => {
    const codes = Object.values(problems).map(({ code }) => code);
    expect(new Set(codes).size).to.equal(codes.length);
    for (const code of codes) expect(code).to.match(/^VC[0-9]{4}$/);
  });
});
