import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { verifyTrail } from '../../domain/audit/verify-trail.ts';
import { getObject } from '../../lambdas/adapters/objects.ts';
import type { Item } from '../../lambdas/adapters/table.ts';
import { newFolder } from '../cli/cli-fixture.ts';
import { run } from '../local/start-fixture.ts';
import { runFunction, streamOf } from '../support/functions.ts';
import { type AwsCall, isTableCommand } from '../support/meter.ts';
import { captureOutput } from '../support/output.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { partsOf } from '../support/write-units.ts';
import { monthCopies, sha256 } from './trail-of.ts';

jest.setTimeout(60_000);

const day = 86_400;
const utc = (...date: [number, number, number]) => Date.UTC(...date) / 1000;

describe('the schedule seal-audit', () => {
  const output = captureOutput();
  let server: TestServer;
  let siteId: string;

  beforeAll(() => {});
  beforeEach(async () => {
    server = await startServer();
    server.clock.at = utc(2026, 8, 10);
    await runFunction(server, 'seal-audit');
    const { enterpriseId } = await server.hwf.call('create-enterprise', {});
    ({ siteId } = await server.hwf.call('create-site', { enterpriseId, siteRef: 'A', state: 'active' }));
  });
  afterEachClose();
  afterAll(() => output.restore());

  function afterEachClose(): void {
    // biome-ignore lint/correctness/noUndeclaredVariables: a global of jest
    afterEach(async () => await server.close());
  }

  it('waits five days, then seals the month, and the copy is intact', async () => {
    await deliver();
    server.clock.at = utc(2026, 9, 5);
    await runFunction(server, 'seal-audit');
    expect(await sealedFiles()).toEqual(new Map());
    server.clock.at += 2 * day;
    await runFunction(server, 'seal-audit');
    const verdict = verifyTrail({ months: monthCopies(await sealedFiles()) }, sha256);
    expect(verdict).toMatchObject({ org: 'hub', lastSeal: { month: '202609' } });
    expect(Object(verdict).events).toBeGreaterThanOrEqual(5);
  });
});
