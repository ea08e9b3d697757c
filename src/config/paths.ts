// Path names as text (path_resolution(7)), without asking the file system.

/** `path` seen from `directory`, without `.` and `..`; both are taken as they are written, links are not followed. */
export function resolvePath(directory: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${directory}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The directory of an absolute path. */
export const directoryOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")));
