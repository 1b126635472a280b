import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { median } from './median.ts';

const run = promisify(execFile);
const child = fileURLToPath(new URL('start-up-child.mjs', import.meta.url));
const processes = 15;
const most = 1.3;

export interface Start {
  readonly id: string;
  /** a fresh event for each process: some may be used once only */
  readonly event: () => Promise<APIGatewayProxyEvent>;
  /** what a cold instance reads, for the bare handler to read too */
  readonly reads: { readonly items: readonly { pk: string; sk: string }[]; readonly secrets: readonly string[] };
  readonly bareBundle: string;
}

/** P8, start-up: from the start of a process to its first answer, ours and bare in turn. */
export async function startUp(
  folder: string,
  env: Record<string, string | undefined>,
  starts: readonly Start[],
): Promise<boolean> {
  console.log(
    `P8  start-up to the first answer, ours / bare with the same clients (median of ${processes} processes each, in turn; bar: at most ${most})`,
  );
  let holds = true;
  for (const { id, event, reads, bareBundle } of starts) {
    const ours: number[] = [];
    const bare: number[] = [];
    for (let i = 0; i < processes; i++) {
      ours.push(await measure(join(folder, id, 'index.mjs'), await event(), env));
      bare.push(await measure(join(folder, 'bare', bareBundle), reads, env));
    }
    const ratio = median(ours) / median(bare);
    holds &&= ratio <= most;
    console.log(
      `    ${ratio.toFixed(2)}  ${Math.round(median(ours))} ms / ${Math.round(median(bare))} ms  ${id}: ${ratio <= most ? 'holds' : 'MISSED'}`,
    );
  }
  return holds;
}

async function measure(file: string, argument: unknown, env: Record<string, string | undefined>): Promise<number> {
  const { stdout } = await run(process.execPath, [child, JSON.stringify({ file, argument })], {
    env: { ...process.env, ...env },
  });
  // The log of the handler comes first.
  return Number(stdout.trim().split('\n').at(-1));
}
