import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program that ends with this process, whatever the signal. */
export interface WatchedProcess {
  /** Process id of the program, not of its watchdog. */
  readonly pid: number;
  /** Returns its output, at most the last 4,000 characters. */
  output(): string;
  /** Waits until the output contains the text; false when the program ends without. */
  says(text: string): Promise<boolean>;
  /** Stops the program and waits for its end. */
  close(): Promise<void>;
}

// The kernel closes our end of the pipe however we end: `read` then returns, and the program is killed. The main shell
// waits for the program and ends the rest of its group; it is silent, since its reader may be gone.
const watchdog = `
exec 3<&0
"$0" "$@" </dev/null >&2 3<&- & child=$!
echo "$child"
exec >/dev/null 2>&1
{ read -r _ <&3; kill "$child"; sleep 3; kill -9 "$child"; } &
wait "$child"
kill 0`;

/** Starts a program under a shell, which outlives this process only to stop the program. */
export async function startWatched(binary: string, args: readonly string[]): Promise<WatchedProcess> {
  // Detached, in its own group: Ctrl-C reaches this process only, which then stops the program.
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
