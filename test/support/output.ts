/** Swallows what functions log and count, on stdout and stderr, and keeps the metrics that are asked for. */
export interface Output {
  /** in the Embedded Metric Format, as CloudWatch would read them, oldest first */
  metrics(name: string): readonly Record<string, unknown>[];
  restore(): void;
}

interface Capture {
  readonly names: readonly string[];
  readonly kept: Record<string, unknown>[];
}

const installed = Symbol.for('license-server test output');

/** @param names of the metrics to keep: long runs would fill the memory with all of them */
export function captureOutput(...names: string[]): Output {
  const streams = [process.stdout, process.stderr].map(capturesOf);
  const capture: Capture = { names, kept: [] };
  for (const captures of streams) captures.add(capture);
  return {
    metrics: name => capture.kept.filter(line => name in line),
    restore: () => {
      for (const captures of streams) captures.delete(capture);
    },
  };
}

/** Installed once and for good: a function that a test has killed may still log when the test is over. */
function capturesOf(stream: NodeJS.WriteStream & { [installed]?: Set<Capture> }): Set<Capture> {
  const known = stream[installed];
  if (known) return known;
  const captures = new Set<Capture>();
  const write = stream.write;
  Object.assign(stream, {
    [installed]: captures,
    write: (chunk: Uint8Array | string, ...rest: never[]) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      if (!text.startsWith('{"level"') && !text.startsWith('{"_aws"')) return write.call(stream, chunk, ...rest);
      for (const { names, kept } of captures)
        if (names.some(name => text.includes(`"${name}":`))) kept.push(JSON.parse(text));
      return true;
    },
  });
  return captures;
}
