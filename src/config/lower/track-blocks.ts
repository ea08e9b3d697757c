// track_file and vrrp_track_process blocks, as those who watch are told about them.
import type { FileParams, ProcessParams } from "../../track/params.js";
import type { RootConf } from "../conf.js";

export const lowerTrackFiles = ({ trackFiles }: RootConf): readonly FileParams[] =>
  [...trackFiles.values()].flatMap(({ conf: { name, path, initFile } }) =>
    path === undefined ? [] : [{ name, path, ...(initFile !== undefined && { initial: initFile }) }],
  );

export const lowerTrackProcesses = ({ trackProcesses }: RootConf): readonly ProcessParams[] =>
  [...trackProcesses.values()].flatMap(({ conf }) => {
    const [program, ...parameters] = conf.process ?? [];
    if (program === undefined) return [];
    const { name, fullCommand, quorum, quorumMax, forkDelay, terminateDelay } = conf;
    return [
      {
        name,
        command: [program, ...parameters],
        // Parameters are there to be compared.
        match: conf.paramMatch ?? (parameters.length > 0 ? "exact" : "none"),
        fullCommand,
        quorum,
        ...(quorumMax !== undefined && { quorumMax }),
        forkDelay,
        terminateDelay,
      },
    ];
  });
