import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { bundle } from '../scripts/bundle.ts';
import { bundleBare, clientsIn } from './bare.ts';

const Meta = z.object({
  outputs: z.record(z.string(), z.object({ bytes: z.number(), inputs: z.record(z.string(), z.unknown()) })),
});
const most = 1.35;

/** P8, sizes: every bundle beside the bare bundle of the AWS clients that it uses. */
export async function bundleSizes(folder: string): Promise<boolean> {
  await bundle(folder);
  const meta = Meta.parse(JSON.parse(await readFile(join(folder, 'meta.json'), 'utf8')));
  const bare = new Map<string, number>();
  let worst = 0;
  console.log(`P8  bundle sizes (bar: at most ${most} x the bare bundle of the same AWS clients)`);
  for (const [path, { bytes, inputs }] of Object.entries(meta.outputs).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const names = clientsIn(Object.keys(inputs));
    const key = names.join();
    const size =
      bare.get(key) ?? (await bundleBare(names, join(folder, 'bare', `${key.replaceAll(/[@/,]/g, '_')}.mjs`)));
    bare.set(key, size);
    worst = Math.max(worst, bytes / size);
    console.log(
      `    ${(bytes / size).toFixed(2)}  ${kb(bytes)} / ${kb(size)}  ${path.split('/').at(-2)}  (${names.map(name => name.replace('@aws-sdk/', '')).join(' ')})`,
    );
  }
  console.log(`    worst ratio ${worst.toFixed(2)}: ${worst <= most ? 'holds' : 'MISSED'}`);
  return worst <= most;
}

function kb(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`.padStart(7);
}
