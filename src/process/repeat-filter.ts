// Complaints that keep coming are said once and then counted: one line a period, however often a neighbour misbehaves.

export interface RepeatFilter {
  /**
   * Calls `write` with an empty text unless the same `key` was said within the period; then it is only counted, and
   * `write` hears the count, to go after the line, when the period is over.
   */
  say(key: string, write: (count: string) => void): void;
  /** Tells the counts that are outstanding. */
  close(): void;
}

interface Outbreak {
  readonly write: (count: string) => void;
  readonly timer: NodeJS.Timeout;
  repeats: number;
}

export function createRepeatFilter(periodMilliseconds: number): RepeatFilter {
  const outbreaks = new Map<string, Outbreak>();

  const begin = (key: string, write: (count: string) => void): void => {
    const timer = setTimeout(() => periodOver(key), periodMilliseconds).unref();
    outbreaks.set(key, { write, timer, repeats: 0 });
  };

  const tell = ({ write, repeats }: Outbreak): void => {
    if (repeats > 0) write(` [${repeats} more in the last ${Math.round(periodMilliseconds / 1_000)} s]`);
  };

  const periodOver = (key: string): void => {
    const outbreak = outbreaks.get(key);
    if (outbreak === undefined) return;
    outbreaks.delete(key);
    tell(outbreak);
    // It goes on: a whole period of silence has to pass before it is news again.
    if (outbreak.repeats > 0) begin(key, outbreak.write);
  };

  return {
    say: (key, write) => {
      const outbreak = outbreaks.get(key);
      if (outbreak !== undefined) {
        outbreak.repeats++;
        return;
      }
      begin(key, write);
      write("");
    },
    close: () => {
      for (const outbreak of outbreaks.values()) {
        clearTimeout(outbreak.timer);
        tell(outbreak);
      }
      outbreaks.clear();
    },
  };
}
