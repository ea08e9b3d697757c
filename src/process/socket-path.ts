// Where the status socket is: the daemon and vipctl have to agree.
import { DEFAULT_SOCKET } from "./settings.js";

/** The socket of the vipd called NAME (`_NAMESPACE_INSTANCE` without the first line); a path of the settings stays. */
export function socketPath(fromSettings: string, name: string): string {
  if (fromSettings !== DEFAULT_SOCKET || name === "") return fromSettings;
  return DEFAULT_SOCKET.replace(/\.sock$/, `_${name}.sock`);
}
