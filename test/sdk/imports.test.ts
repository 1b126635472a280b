import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const folder = new URL('../../sdk/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));

/** What needs Node's own modules is an entry of its own; what works with an AWS client is given it. */
const apart = /^(stores\/(file-store|file-clock|process-lock))\.ts$/;

describe.each(files)('sdk/%s', file => {
  const source = readFileSync(new URL(file, folder), 'utf8');
  const imports = source.match(/^(import|export) [^;]* from '[^']*'/gms) ?? [];

  /** dependency-cruiser reads the sources without TypeScript, so it cannot tell an import of types from any other. */
  it('takes nothing but types from the server', () => {
    const fromServer = imports.filter(line => /'(\.\.\/)+(lambdas|local|lib|cli)\//.test(line));
    expect(fromServer.filter(line => !line.startsWith('import type '))).toEqual([]);
  });

  it('runs where there is neither Node nor AWS, or is an entry of its own', () => {
    const needs = imports.filter(
      line => /'(node:|@aws-sdk\/|@smithy\/)/.test(line) && !line.startsWith('import type '),
    );
    if (!apart.test(file)) expect(needs).toEqual([]);
    else expect(needs).not.toEqual([]);
  });
});

it('the core brings none of the entries apart', () => {
  const bringing = files.filter(file => !apart.test(file));
  const sources = bringing.map(file => readFileSync(new URL(file, folder), 'utf8'));
  expect(sources.filter(source => /stores\/(file-store|secrets-manager-store)/.test(source))).toEqual([]);
});
