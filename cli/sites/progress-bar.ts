const width = 30;

export interface ProgressBar {
  /** Shows the progress. */
  show(ended: number, all: number): void;
  /** Ends the line of the bar. */
  end(): void;
}

/** Creates a progress bar; draws on terminals only. */
export function progressBar(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>): ProgressBar {
  if (!stream.isTTY) return { show: () => {}, end: () => {} };
  return {
    show: (ended, all) => void stream.write(`\r${barText(ended, all)}`),
    end: () => void stream.write('\n'),
  };
}

/** Formats the bar: `[#####-----] 50 of 100`. */
export function barText(ended: number, all: number): string {
  const full = all === 0 ? width : Math.floor((ended / all) * width);
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}] ${ended} of ${all}`;
}
