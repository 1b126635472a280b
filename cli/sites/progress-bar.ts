const width = 30;

/** Draws on a terminal only: what is read by a program holds no bars. @returns takes how many of how many have ended */
export function progressBar(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>): (ended: number, all: number) => void {
  if (!stream.isTTY) return () => {};
  return (ended, all) => {
    stream.write(`\r${barText(ended, all)}${ended === all ? '\n' : ''}`);
  };
}

/** @returns `[#####-----] 50 of 100` */
export function barText(ended: number, all: number): string {
  const full = all === 0 ? width : Math.floor((ended / all) * width);
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}] ${ended} of ${all}`;
}
