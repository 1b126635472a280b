import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import * as z from 'zod';

const root = new URL('../../', import.meta.url);
const text = (file: string) => readFileSync(new URL(file, root), 'utf8');
const Manifest = z.looseObject({ engines: z.strictObject({ node: z.string() }) });

it('names the Node that scripts demand, which Lambda runs, and the lock file agrees', () => {
  const { engines } = Manifest.parse(JSON.parse(text('package.json')));
  const lock = z
    .looseObject({ packages: z.looseObject({ '': Manifest }) })
    .parse(JSON.parse(text('package-lock.json')));
  expect(engines.node).toBe('>=24 <25');
  expect(text('scripts/check-node.mjs')).toContain('major !== 24');
  expect(lock.packages[''].engines).toEqual(engines);
});

it('does not make npm itself stop on an older Node: it brings Node 24', () => {
  expect(existsSync(new URL('.npmrc', root)) ? text('.npmrc') : '').not.toContain('engine-strict');
});
