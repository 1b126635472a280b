import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { quarterBegins, quarterEnds, quarterOf } from '../../domain/kernel/time.ts';
import { createClient } from '../../sdk/client.ts';
import { ProblemError } from '../../sdk/problem-error.ts';
import { createReporter, type ManifestCounters, type Reporter } from '../../sdk/reporter/reporter.ts';
import type { KeyStore } from '../../sdk/stores/key-store.ts';
import { createMemoryStore } from '../../sdk/stores/memory-store.ts';

const day = 86_400;
const quarter = quarterOf(1_795_000_000);
const ends = quarterEnds(quarter);

describe('the reporter of an application', () => {
  let now: number;
  let store: KeyStore;
  let sites: number;
  let sent: { quarter: string; sites: unknown; idempotencyKey: string }[];
  let outcome: () => void;

  beforeEach(() => {
    now = ends - 30 * day;
    store = createMemoryStore();
    sites = 1;
    sent = [];
    outcome = () => {};
  });

  const count: ManifestCounters = {
    sites: () => ({ production: sites, dev: 0, proxy: 0 }),
    enterprises: async () => 1,
    perEnterprise: () => [{ enterpriseId: 'hub-aaaaaaaaaaaaaaaa', production: sites, configurationUsers: 3 }],
    users: () => ({ enterpriseAdmins: 1, plantUsers: 2, demoUsers: 0 }),
    applicationAdmins: () => [{ name: 'A. Admin', email: 'admin@example.com' }],
  };

  function reporter(counting: ManifestCounters = count): Reporter {
    const client = createClient({ url: 'http://127.0.0.1:1/local', now: () => now });
    const send = async (of: string, manifest: { sites: unknown }, idempotencyKey: string) => {
      sent.push({ quarter: of, sites: manifest.sites, idempotencyKey });
      outcome();
    };
    return createReporter({ client, store, count: counting, send });
  }

  it('tells a quarter once, when it has ended, from whatever process', async () => {
    await reporter().reportDue();
    expect(sent).toHaveLength(0);
    now = ends;
    for (let i = 0; i < 5; i++) {
      const one = reporter();
      await Promise.all([one.reportDue(), one.reportDue()]);
    }
    expect(sent).toMatchObject([{ quarter, sites: { production: 1 } }]);
    now = quarterBegins(quarterOf(ends + 100 * day));
    await reporter().reportDue();
    expect(sent.map(one => one.quarter)).toEqual([quarter, quarterOf(ends)]);
  });

  it('tells the same numbers under the same Idempotency-Key until they are taken', async () => {
    now = ends;
    outcome = () => {
      throw new TypeError('no line');
    };
    await expect(reporter().reportDue()).rejects.toThrow('no line');
    sites = 7;
    await expect(reporter().reportDue()).rejects.toThrow('no line');
    outcome = () => {};
    await reporter().reportDue();
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(one => JSON.stringify(one))).size).toBe(1);
  });

  it('keeps no names once they were taken', async () => {
    now = ends;
    await reporter().reportDue();
    expect((await store.read('reports/manifest'))?.text).toBe(JSON.stringify({ done: quarter }));
  });

  it('counts again what was refused, but not for a quarter that is closed', async () => {
    now = ends;
    outcome = () => {
      throw new ProblemError(400, { code: 'invalid-request' });
    };
    await expect(reporter().reportDue()).rejects.toMatchObject({ code: 'invalid-request' });
    sites = 7;
    outcome = () => {
      throw new ProblemError(409, { code: 'quarter-closed' });
    };
    await expect(reporter().reportDue()).rejects.toMatchObject({ code: 'quarter-closed' });
    await reporter().reportDue();
    expect(sent.map(one => one.sites)).toMatchObject([{ production: 1 }, { production: 7 }]);
  });

  it('tells the quarter that is due, though a clock far ahead had counted a later one', async () => {
    const refuse = (status: number, code: string) => () => {
      throw new ProblemError(status, { code });
    };
    now = quarterEnds(quarterOf(ends));
    outcome = refuse(401, 'signature-invalid');
    await expect(reporter().reportDue()).rejects.toMatchObject({ code: 'signature-invalid' });
    now = ends;
    outcome = () => {};
    await reporter().reportDue();
    expect(sent.map(one => one.quarter)).toEqual([quarterOf(ends), quarter]);
  });

  it('names the remedy for a record that was edited, and quotes nothing of it: names are in it', async () => {
    await store.write('reports/manifest', '{"pending": A. Admin', undefined);
    const error: Error = await reporter()
      .reportDue()
      .then(
        () => new Error('none'),
        error => error,
      );
    expect(error.message).toContain('The record reports/manifest is invalid: expected a report');
    expect(inspect(error)).not.toContain('A. Admin');
  });

  it('says which number is wrong before anything leaves', async () => {
    now = ends;
    const users = () => ({ enterpriseAdmins: -1, plantUsers: 0, demoUsers: 0 });
    await expect(reporter({ ...count, users }).reportDue()).rejects.toThrow(/users\.enterpriseAdmins/);
    expect(sent).toEqual([]);
  });
});
