// The lab at the terminal: a picture ten times a second, and keys.
import type { Lab } from "./lab.js";
import { draw } from "./screen.js";
import type { NodeAction, NodeName } from "./script.js";
import { Terminal } from "./terminal.js";
import type { NodeView } from "./view.js";

const PERIOD = 100;

/** Runs until somebody quits. `stopped` settles when the lab has to end for another reason. */
export async function runLive(lab: Lab, stopped: Promise<void>): Promise<void> {
  const terminal = new Terminal();
  let selected: NodeName = "a";
  const show = (): void => terminal.show(draw(lab.view, selected, terminal.size, terminal.colours));

  const quit = new Promise<void>((resolve) => {
    terminal.open((key) => {
      if (key === "q" || key === "\x03") {
        resolve();
        return;
      }
      selected = select(key, selected);
      const node = lab.view.nodes.find(({ name }) => name === selected);
      const action = node === undefined ? undefined : actionOf(key, node);
      if (action !== undefined) lab.act(selected, action);
      show();
    }, show);
  });
  const timer = setInterval(show, PERIOD);
  await Promise.race([quit, stopped]);
  clearInterval(timer);
  terminal.close();
}

const other = (name: NodeName): NodeName => (name === "a" ? "b" : "a");

/** Tab, the arrows, and the nodes' own names choose a node. */
function select(key: string, selected: NodeName): NodeName {
  if (key === "\t") return other(selected);
  if (key === "a" || key === "\x1b[D") return "a";
  if (key === "b" || key === "\x1b[C") return "b";
  return selected;
}

function actionOf(key: string, node: NodeView): NodeAction | undefined {
  switch (key) {
    case "s":
      return node.daemon.kind === "running" ? "stop" : "start";
    case "k":
      return "kill";
    case "f":
      return node.frozen ? "thaw" : "freeze";
    case "u":
      return node.unplugged ? "plug" : "unplug";
    default:
      return undefined;
  }
}
