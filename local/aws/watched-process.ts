import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program that ends when this process ends, by whatever signal. */
export interface WatchedProcess {
  /** The program's own, not its watchdog's. */
  readonly pid: number;
  /** What it wrote so far, at most the last 4,000 characters. */
  output(): string;
  /** Waits until the output contains the text; false when the program ends without. */
  says(text: string): Promise<boolean>;
  /** Ends the program and waits for its end. */
  close(): Promise<void>;
}

// The kernel closes our end of the pipe however we end: `read` then returns, and the program is killed. The main shell
// waits for the program and ends what else is left of its group; it is silent, since nobody may be there to read.
const watchdog = `
exec 3<&0
"$0" "$@" </dev/null >&2 3<&- & child=$!
echo "$child"
exec >/dev/null 2>&1
{ read -r _ <&3; kill "$child"; sleep 3; kill -9 "$child"; } &
wait "$child"
kill 0`;

/** Starts a program under a small shell, which outlives this process just long enough to end the program. */
export async function startWatched(binary: string, args: readonly string[]): Promise<WatchedProcess> {
  // Detached, in a group of its own: Ctrl-C reaches this process alone, which ends the program when it is ready to.
  const shell = spawn('/bin/sh', ['-c', watchdog, binary, ...args], { detached: true });
  const ended = once(shell, 'close');
  let hasEnded = false;
  shell.once('close', () => {
    hasEnded = true;
  });
  let output = '';
  shell.stderr.setEncoding('utf8').on('data', text => {
    output = (output + text).slice(-4000);
  });
  return {
    pid: await programId(shell, ended),
    output: () => output,
    says: async text => {
      while (!output.includes(text) && !hasEnded) await Promise.race([once(shell.stderr, 'data'), ended]);
      return output.includes(text);
    },
    close: async () => {
      shell.stdin.end();
      await ended;
    },
  };
}

async function programId(shell: ChildProcessWithoutNullStreams, ended: Promise<unknown>): Promise<number> {
  const pidLine = once(shell.stdout.setEncoding('utf8'), 'data');
  const first = await Promise.race([pidLine, ended.then(() => undefined)]);
  shell.stdout.resume();
  return Number(first?.[0]);
}
