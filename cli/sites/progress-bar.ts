const width = 30;

export interface ProgressBar {
  /** how many of how many have ended */
  show(ended: number, all: number): void;
  /** what is said next has a line of its own */
  end(): void;
}

/** Draws on a terminal only: what is read by a program holds no bars. */
export function progressBar(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>): ProgressBar {
  if (!stream.isTTY) return { show: () => {}, end: () => {} };
  return {
    show: (ended, all) => void stream.write(`\r${barText(ended, all)}`),
    end: () => void stream.write('\n'),
  };
}

/** @returns `[#####-----] 50 of 100` */
export function barText(ended: number, all: number): string {
  const full = all === 0 ? width : Math.floor((ended / all) * width);
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}] ${ended} of ${all}`;
}
