import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { day, hour } from '../../domain/kernel/time.ts';
import { barCount } from '../support/bar-count.ts';
import { captureOutput } from '../support/output.ts';
import { seeded } from '../support/seeded.ts';
import {
  type History,
  historyOf,
  type Lateness,
  type Outcome,
  playHistory,
  punctual,
} from '../support/server/late-world.ts';

const seed = 20261229;

const delays: readonly (readonly [string, Lateness])[] = [
  ['for 70 days', { from: 70 * day, to: 70 * day }],
  ['each by 1 hour', { delay: hour + 7 * 60 }],
  ['for 1 to 30 days', { from: day, to: 30 * day }],
  ['for 100 days', { from: 100 * day, to: 100 * day }],
];

describe(`jobs that run late, over the end of a quarter (bar R29, seed ${seed})`, () => {
  const output = captureOutput();
  let history: History;
  let onTime: Outcome;

  beforeAll(async () => {
    history = historyOf(seeded(seed));
    onTime = await playHistory(history, punctual);
  });
  afterAll(() => output.restore());

  it('have something to be late with: sites fall dormant on both sides of the end of the quarter', () => {
    const dormant = Object.values(onTime.counters).map(counters => Number(Object(counters)['move:dormant'] ?? 0));
    expect(dormant.filter(count => count > 0).length).toBeGreaterThan(1);
    expect(onTime.statements.map(({ billed }) => billed.productionSites)).not.toContain(0);
    for (const reason of ['dormant', 'key-expired', 'expiring-soon'])
      expect(onTime.alerts.some(({ name }) => name.includes(`${reason}#`))).toBe(true);
  });

  it.each(delays.slice(0, barCount(delays.length, 1)))(
    'late %s, leave every counter, date and number as if they had been on time',
    async (name, lateness) => {
      const late = await playHistory(history, lateness);
      process.stderr.write(
        `R29: ${name}: ${late.sweeps} sweeps, ${late.refused} statements refused before the sweep\n`,
      );
      if (name === 'for 70 days') expect(late.refused).toBeGreaterThan(3);
      expect(late.answers).toEqual(onTime.answers);
      expect(late.counters).toEqual(onTime.counters);
      expect(late.statistics).toEqual(onTime.statistics);
      expect(late.statements).toEqual(onTime.statements);
      expect(late.events).toEqual(onTime.events);
      expect(factsOf(late)).toEqual(factsOf(onTime));
      // A warning that another one, or the end itself, has overtaken is not sent; those that are sent have their own date.
      for (const warning of warningsOf(late)) expect(warningsOf(onTime)).toContainEqual(warning);
    },
  );
});

function factsOf({ alerts }: Outcome) {
  return alerts.filter(({ name }) => !name.includes('expiring-soon#'));
}

function warningsOf({ alerts }: Outcome) {
  return alerts.filter(({ name }) => name.includes('expiring-soon#'));
}
