import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tell } from '../../local/demo/tell.ts';
import { NotStarted } from './program.ts';
import type { Service, Stage } from './stage.ts';

interface Mistake {
  readonly title: string;
  readonly service: Service;
  readonly environment: Readonly<Record<string, string>>;
  /** a part of what is said */
  readonly mend: string;
}

/** Whoever makes one of these mistakes is told how to mend it, before anybody is served. */
export async function tellMistakes(stage: Stage, tell: Tell): Promise<void> {
  for (const { title, service, environment, mend } of mistakes())
    await tell(title, async show => {
      const fault = await stage.another(service, environment).catch((error: unknown) => error);
      assert(fault instanceof NotStarted, 'It started.');
      for (const line of fault.message.split('\n').slice(1)) for (const part of linesOf(line)) show('', part);
      assert.equal(fault.exitCode, 1);
      assert(fault.message.includes(mend), `It does not say: ${mend}`);
    });
}

function mistakes(): readonly Mistake[] {
  const folder = mkdtempSync(join(tmpdir(), 'license-server-mistakes-'));
  const otherRoot = join(folder, 'root.jwk.json');
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(otherRoot, JSON.stringify(publicKey.export({ format: 'jwk' })));
  const open = join(folder, 'open');
  return [
    {
      title: 'Another Root is pinned',
      service: 'hwf',
      environment: { LICENSE_ROOT_FILE: otherRoot },
      mend: 'Ask the vendor for the Root and its thumbprint',
    },
  ];
}

function linesOf(text: string): string[] {
  return text.match(/.{1,88}(?:\s|$)/g) ?? [];
}
