// Named pipes whose readers come and go.
import { expect } from "chai";
import { constants, lstatSync, openSync, readSync, closeSync, symlinkSync, writeFileSync, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fifo, openFifo } from "../../src/host/fifo.js";

describe("host: a FIFO", () => {
  let directory = "";
  let path = "";
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "vipd-fifo-"));
    path = join(directory, "notify");
  });
  afterEach(() => rm(directory, { recursive: true }));

  function open(): Fifo {
    const opened = openFifo(path, undefined);
    if ("fault" in opened) throw new Error(opened.fault);
    return opened;
  }
  const faultOf = (): string => {
    const opened = openFifo(path, undefined);
    return "fault" in opened ? opened.fault : "";
  };

  function read(): string {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const buffer = Buffer.alloc(1 << 17);
    const length = readSync(fd, buffer);
    closeSync(fd);
    return buffer.toString("utf8", 0, length);
  }

  it("keeps what is written until somebody reads, also a second one", () => {
    const fifo = open();
    expect(fifo.write("one\n")).to.equal("written");
    expect(fifo.write("two\n")).to.equal("written");
    expect(read()).to.equal("one\ntwo\n");
    expect(fifo.write("three\n")).to.equal("written");
    expect(read()).to.equal("three\n");
    fifo.close();
  });

  it("says that it is full, and takes more once it was read", () => {
    const fifo = open();
    const line = `${"x".repeat(999)}\n`;
    let written = 0;
    while (fifo.write(line) === "written") written++;
    expect(written).to.be.within(60, 70);
    read();
    expect(fifo.write(line)).to.equal("written");
    fifo.close();
  });

  it("is removed at the end by whoever has made it, and left by others", () => {
    const first = open();
    const second = open();
    second.close();
    expect(lstatSync(path).isFIFO()).to.equal(true);
    first.close();
    expect(existsSync(path)).to.equal(false);
  });

  it("never takes a file or a link for a pipe", () => {
    writeFileSync(path, "");
    expect(faultOf()).to.match(/exists and is no FIFO: remove it/);
  });

  it("never follows a link", () => {
    symlinkSync(join(directory, "elsewhere"), path);
    expect(faultOf()).to.match(/exists and is no FIFO/);
  });

  it("says what is wrong with the directory", () => {
    path = join(directory, "missing", "notify");
    expect(faultOf()).to.match(/cannot be made: ENOENT; check its directory/);
  });
});
