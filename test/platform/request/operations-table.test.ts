import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { areas, handlerFiles } from '../../../lambdas/areas.ts';
import { internalFunctions } from '../../../lambdas/functions.ts';
import { operations } from '../../../lambdas/operations.ts';
import { type Area, type Operation, sharedFamilies } from '../../../lambdas/platform/area.ts';
import type { Grants } from '../../../lambdas/platform/kernel/grants.ts';
import { schedules } from '../../../lambdas/schedules.ts';
import { streams } from '../../../lambdas/streams.ts';

const rows: [string, Operation][] = Object.entries(operations);

describe.each(rows)('the row %s', (id, { path, contract, method }) => {
  it('has the name of its contract and of its folder', () => {
    expect(contract.id).toBe(id);
    expect(existsSync(new URL(`../../../lambdas/${handlerFiles[id]}`, import.meta.url))).toBe(true);
  });

  it('has a schema for exactly the parameters of its path', () => {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const schema = contract.path instanceof z.ZodObject ? Object.keys(contract.path.shape) : [];
    expect(schema).toEqual(inPath);
  });

  it('reads by GET or POST and changes by anything but GET', () => {
    if (contract.effect === 'read') expect(['GET', 'POST']).toContain(method);
    else expect(method).not.toBe('GET');
  });

  it('has a caller, unless it is public', () => {
    expect(contract.callers.length > 0).toBe(contract.auth === 'signature');
  });
});

describe('families of items', () => {
  it('are each defined once, by one area or one part of the platform, and all are in use', () => {
    const defined = [...Object.values<Area>(areas), { itemFamilies: sharedFamilies }].flatMap(({ itemFamilies = {} }) =>
      Object.keys(itemFamilies),
    );
    const used = Object.values<{ grants: Grants }>({
      ...operations,
      ...schedules,
      ...streams,
      ...internalFunctions,
    }).flatMap(({ grants }) => Object.values(grants.table ?? {}).flat());
    expect(defined.toSorted()).toEqual([...new Set(used)].sort());
  });
});
