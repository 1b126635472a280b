import { nextQuarter, previousQuarter, quarterEnds, quarterOf } from '../../../domain/kernel/time.ts';
import { table } from '../../../lambdas/platform/storage/table.ts';
import { sweptUpTo } from '../../support/server/sweeps.ts';
import { finishedQuarter, oldQuarter, sampleManifest } from '../../support/vectors/sample-manifest.ts';
import type { Stage } from './operations-fixture.ts';
import { absent, type Cases } from './refusal-case.ts';

type Push = ReturnType<typeof sampleManifest>;

async function pushing({ app, server }: Stage, push: Push, quarter: string = finishedQuarter(server)) {
  return async () => await app.client.call('submit-manifest', { quarter, ...push });
}

export const quarterRunning: Cases = {
  'submit-manifest of the running quarter': async stage =>
    await pushing(stage, sampleManifest(), quarterOf(stage.server.clock.at)),
  'submit-manifest of the next quarter': async stage =>
    await pushing(stage, sampleManifest(), nextQuarter(quarterOf(stage.server.clock.at))),
  'submit-manifest of a far one': async stage => await pushing(stage, sampleManifest(), '2099-Q4'),
  'make-statement of the running quarter': async stage => await stating(stage, quarterOf(stage.server.clock.at)),
  'make-statement of a far one': async stage => await stating(stage, '2099-Q4'),
};

async function stating({ operator }: Stage, quarter: string) {
  return async () => await operator.client.call('make-statement', { quarter });
}

const why = { reason: 'manifest-corrected', ticket: 'FIN-7' } as const;

export const conflict: Cases = {
  'reopen-quarter before there is a statement': async ({ operator }) => {
    const quarter = oldQuarter();
    return async () => await operator.client.call('reopen-quarter', { quarter, ...why });
  },
};

export const noChange: Cases = {
  'reopen-quarter of one that is open': async ({ operator }) => {
    const quarter = oldQuarter();
    await operator.client.call('make-statement', { quarter });
    await operator.client.call('reopen-quarter', { quarter, ...why });
    return async () => await operator.client.call('reopen-quarter', { quarter, ...why });
  },
};

export const quarterClosed: Cases = {
  'submit-manifest after the statement': async stage => {
    const quarter = previousQuarter(finishedQuarter(stage.server));
    const statement = { pk: `Q#hub#${quarter}`, sk: 'T', state: 'stated', revision: 1 };
    await table(stage.server.world.runtime).commit([{ put: statement }]);
    return await pushing(stage, sampleManifest(), quarter);
  },
};

export const quarterNotSwept: Cases = {
  'make-statement of a quarter whose end the sweep has not passed': async ({ operator, server }) => {
    const quarter = quarterOf(server.clock.at);
    const { at } = server.clock;
    await sweptUpTo(server, quarterEnds(quarter) - 3600);
    return async () => {
      server.clock.at = quarterEnds(quarter) + 20 * 86_400;
      const refused = operator.client.call('make-statement', { quarter });
      return await refused.finally(() => {
        server.clock.at = at;
      });
    };
  },
};

export const notFound: Cases = {
  'submit-manifest of a quarter before there was anything': async stage =>
    await pushing(stage, sampleManifest(), '2025-Q4'),
  'submit-manifest with an absent enterprise': async stage =>
    await pushing(stage, sampleManifest([{ enterpriseId: absent }])),
  'submit-manifest with an enterprise of another Org': async stage =>
    await pushing(stage, sampleManifest([{ enterpriseId: absent.replace('hub', 'core') }])),
  'get-aggregate-stats of a quarter that has not begun': async ({ app, server }) => {
    const quarter = nextQuarter(quarterOf(server.clock.at));
    return async () => await app.client.call('get-aggregate-stats', { quarter });
  },
  'get-aggregate-stats of another application': async ({ app, server }) => {
    const asked = { quarter: finishedQuarter(server), application: 'hwf' };
    return async () => await app.client.call('get-aggregate-stats', asked);
  },
  'get-aggregate-stats of an absent application': async ({ operator, server }) => {
    const asked = { quarter: finishedQuarter(server), application: 'absent' };
    return async () => await operator.client.call('get-aggregate-stats', asked);
  },
};

export const notPermitted: Cases = {
  'submit-manifest by an operator': async ({ operator, server }) => {
    const push = { quarter: finishedQuarter(server), ...sampleManifest() };
    return async () => await operator.client.call('submit-manifest', push);
  },
  'make-statement by an application': async ({ app }) => {
    return async () => await app.client.call('make-statement', { quarter: oldQuarter() });
  },
  'reopen-quarter by an application': async ({ app }) => {
    return async () => await app.client.call('reopen-quarter', { quarter: oldQuarter(), ...why });
  },
  'erase-admin by an application': async ({ app }) => {
    return async () => await app.client.call('erase-admin', { email: 'ada@example.com' });
  },
};

const ada = { name: 'Ada Example', email: 'ada@example.com' };

export const invalidRequest: Cases = {
  'submit-manifest with a name beside an enterprise': async stage => {
    const { enterpriseId } = await stage.enterprise();
    const { perEnterprise, ...rest } = sampleManifest([{ enterpriseId }]);
    const named = perEnterprise.map(part => ({ ...part, name: 'Waterworks' }));
    return await pushing(stage, { ...rest, perEnterprise: named });
  },
  'submit-manifest with another enterprise twice': async stage => {
    const { enterpriseId } = await stage.enterprise();
    return await pushing(stage, sampleManifest([{ enterpriseId }, { enterpriseId }]));
  },
  'submit-manifest with more sites in its enterprises than in all': async stage => {
    const { enterpriseId } = await stage.enterprise();
    const push = sampleManifest([{ enterpriseId, dev: 2 }]);
    return await pushing(stage, { ...push, sites: { production: 0, dev: 1, proxy: 0 } });
  },
  'submit-manifest with more enterprises listed than there are': async stage => {
    const { enterpriseId } = await stage.enterprise();
    return await pushing(stage, { ...sampleManifest([{ enterpriseId }]), enterprises: 0 });
  },
  'submit-manifest with one person twice': async stage =>
    await pushing(stage, sampleManifest([], [ada, { ...ada, email: 'ADA@example.com' }])),
  'submit-manifest with an admin whose name is no Unicode text': async stage =>
    await pushing(stage, sampleManifest([], [{ ...ada, name: 'Ada \ud800' }])),
  'reopen-quarter with words in the place of a ticket': async ({ operator }) => {
    const input = { quarter: oldQuarter(), ...why, ticket: 'Waterworks Lyon called' };
    return async () => await operator.client.call('reopen-quarter', input);
  },
  'get-aggregate-stats from a page that is not': async ({ app, server }) => {
    const asked = { quarter: finishedQuarter(server), after: 'nowhere' };
    return async () => await app.client.call('get-aggregate-stats', asked);
  },
};
