import {
  day,
  hour,
  hourOf,
  isoTime,
  nextQuarter,
  Quarter,
  quarterEnds,
  quarterOf,
  type Seconds,
} from '../../../domain/kernel/time.ts';
import type { OperationId } from '../../../lambdas/operations.ts';
import { startStreamPump } from '../../../local/stream-pump.ts';
import type { Client } from '../../../sdk/client.ts';
import { ProblemError } from '../../../sdk/problem-error.ts';
import { tableContent } from '../../platform/request/table-content.ts';
import { type SeededRandom, seeded } from '../seeded.ts';
import { callAny } from '../tamper/mutations.ts';
import { folderOf } from '../vectors/stated-quarter.ts';
import { runFunction } from './functions.ts';
import { startInstance } from './instance.ts';
import { startServer, type TestServer } from './server.ts';
import { sweep, sweptUpTo } from './sweeps.ts';

/** What happens to one site, at times from the end of its key. */
interface Step {
  readonly site: number;
  readonly after: Seconds;
  readonly what: StepName;
}

/** The same for every world that it is played in. */
export interface History {
  /** when the sites are created: 90 days later, around the end of a quarter, the first fall dormant */
  readonly begins: Seconds;
  readonly modes: readonly ('production' | 'dev')[];
  readonly steps: readonly Step[];
}

/** How late the sweep is: each of its runs by so much, or all runs left out for so long, again and again. */
export type Lateness = { readonly delay: Seconds } | { readonly from: Seconds; readonly to: Seconds };

export const punctual: Lateness = { delay: 7 * 60 };

const dormantAfter = 60 * day;

type StepName = 'refresh' | 'reissue' | 'move' | 'suspend' | 'reinstate' | 'proxy' | 'delete' | 'check' | 'look';

/** What happens to each kind of site, by the time from the end of its key. */
const stories: readonly ((random: SeededRandom) => readonly (readonly [StepName, Seconds])[])[] = [
  () => [],
  random => [['check', random.below(120 * day)]],
  random => [['refresh', -4 * day + random.below(3 * day)]],
  random => [['refresh', random.below(dormantAfter)]],
  random => [['reissue', dormantAfter + random.below(80 * day)]],
  random => [
    ['move', dormantAfter + random.below(40 * day)],
    ['reissue', dormantAfter + (41 + random.below(40)) * day],
  ],
  random => [
    ['suspend', dormantAfter + random.below(30 * day)],
    ['reinstate', dormantAfter + (31 + random.below(30)) * day],
  ],
  random => [
    ['suspend', random.below(dormantAfter)],
    ['reinstate', dormantAfter + random.below(30 * day)],
  ],
  random => [
    ['suspend', random.below(10 * day)],
    ['reinstate', (11 + random.below(40)) * day],
  ],
  random => [['delete', random.below(dormantAfter)]],
  random => [['delete', dormantAfter + random.below(60 * day)]],
  random => [['proxy', dormantAfter + random.below(60 * day)]],
  random => [
    ['check', random.below(day)],
    ['look', dormantAfter - day + random.below(2 * day)],
  ],
  random => [
    ['refresh', dormantAfter + random.below(day)],
    ['check', dormantAfter + random.below(day)],
  ],
];

/** From an issued key to the moment at which its site is dormant, with half of the day by which keys differ. */
const toDormant = 90 * day + 12 * hour;

/** Two sites of each story, some of them for development. */
export function historyOf(random: SeededRandom): History {
  const begins = quarterEnds(Quarter.parse('2028-Q1')) - toDormant;
  const both = [...stories, ...stories];
  const modes = both.map(() => (random.chance(0.2) ? 'dev' : 'production') as 'dev' | 'production');
  const steps = both.flatMap((story, site) => story(random).map(([what, after]) => ({ site, what, after })));
  return { begins, modes, steps };
}

/** All that may depend on when the jobs ran. */
export interface Outcome {
  /** of each step: what its caller was told */
  readonly answers: readonly string[];
  readonly counters: Record<string, unknown>;
  readonly statistics: readonly unknown[];
  readonly statements: readonly { readonly billed: { readonly productionSites: number } }[];
  readonly events: readonly unknown[];
  readonly alerts: readonly { readonly name: string }[];
  readonly sweeps: number;
  /** how often a statement was refused because the sweep had not passed its quarter */
  readonly refused: number;
}

interface Site {
  readonly siteId: string;
  key: string;
  readonly ends: Seconds;
}

interface Play {
  readonly server: TestServer;
  readonly app: Client;
  readonly operator: Client;
  readonly sites: Site[];
  /** advances the clock; the jobs that fall due until then run, or not */
  readonly advance: (until: Seconds) => Promise<void>;
}

/**
 * Plays a history in a new world: the same ids, the same steps at the same moments, other times of the sweep.
 *  */
export async function playHistory(history: History, lateness: Lateness): Promise<Outcome> {
  const server = await startServer({ at: history.begins, quickSweeps: true });
  const { runtime } = server.world;
  const pump = await startStreamPump({ runtime, tableName: runtime.env.TABLE_NAME ?? '' });
  try {
    server.meter.records = false;
    const generator = seeded(1);
    const randomBytes = (length: number) => Uint8Array.from({ length }, () => generator.below(256));
    const instance = await startInstance(server, { random: randomBytes });
    const sweeps = 'delay' in lateness ? delayedSweeps(server, lateness.delay) : rareSweeps(server, lateness);
    const [app, operator] = [server.keys.boost, server.operatorKey].map(key => instance.client(key));
    if (!app || !operator) throw new Error('a caller is missing');
    const play: Play = { server, app, operator, sites: [], advance: sweeps.advance };
    const { answers, refused } = await playSteps(play, history);
    await pump.drain();
    return { ...(await outcomeOf(play, history)), answers, refused, sweeps: sweeps.count() };
  } finally {
    await pump.close();
    await server.close();
  }
}

async function renew(server: TestServer): Promise<void> {
  for (const id of ['renew-links', 'renew-responders'] as const) await runFunction(server, id);
}

/** The quarter around whose end the sites fall dormant. */
function firstQuarter({ begins }: History): Quarter {
  return quarterOf(begins + toDormant - hour);
}

async function playSteps(play: Play, history: History): Promise<{ answers: string[]; refused: number }> {
  const { server, app, sites, advance } = play;
  const { enterpriseId } = await app.call('create-enterprise', {});
  for (const [i, mode] of history.modes.entries()) {
    const made = await app.call('create-site', { enterpriseId, siteRef: `S-${i}`, state: 'active', mode });
    sites.push({ siteId: made.siteId, key: made.key, ends: Date.parse(made.expiresAt) / 1000 });
  }
  const quarter = firstQuarter(history);
  const timed = history.steps.map(step => ({ ...step, at: (sites[step.site]?.ends ?? 0) + step.after }));
  const looks = Array.from({ length: 8 }, (_, i) => ({
    at: quarterEnds(quarter) + (11 + i * 10) * day,
    what: 'state' as const,
  }));
  const answers: string[] = [];
  let refused = 0;
  for (const step of [...timed, ...looks].sort((a, b) => a.at - b.at)) {
    await advance(step.at);
    await renew(server);
    if (step.what === 'state') refused += await tryStatement(play, quarter);
    else answers.push(`${isoTime(step.at)} ${step.site} ${step.what}: ${await answerTo(play, step)}`);
  }
  return { answers, refused };
}

const inputs = {
  refresh: ['refresh-key', ({ siteId, key }) => ({ siteId, key })],
  reissue: ['reissue-key', ({ siteId }) => ({ siteId })],
  move: ['update-site', ({ siteId }) => ({ siteId, state: 'basic' })],
  suspend: ['update-site', ({ siteId }) => ({ siteId, status: 'suspended' })],
  reinstate: ['update-site', ({ siteId }) => ({ siteId, status: 'live' })],
  proxy: ['update-site', ({ siteId }) => ({ siteId, state: 'proxy' })],
  delete: ['delete-site', ({ siteId }) => ({ siteId })],
  check: ['check-validity', ({ key }) => ({ key })],
  look: ['get-site', ({ siteId }) => ({ siteId })],
} as const satisfies Record<StepName, readonly [OperationId, (site: Site) => Record<string, string>]>;

const byOperator: ReadonlySet<StepName> = new Set(['suspend', 'reinstate', 'proxy']);

async function answerTo({ app, operator, sites }: Play, { site, what }: Step): Promise<string> {
  const subject = sites[site];
  if (!subject) throw new Error('there is no such site');
  const [operation, input] = inputs[what];
  try {
    const answer = await callAny(byOperator.has(what) ? operator : app, operation, input(subject));
    if (typeof answer.key === 'string') subject.key = answer.key;
    return JSON.stringify(
      ['status', 'state', 'mode', 'generation', 'valid', 'reason', 'expiresAt'].map(name => answer[name]),
    );
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

/** The schedule looks, and an operator asks. @returns 1 when the sweep has not passed the quarter */
async function tryStatement({ server, operator }: Play, quarter: Quarter): Promise<number> {
  await runFunction(server, 'make-statements');
  const isMade = `Q#hub#${quarter} T` in (await tableContent());
  const answer = await operator.call('make-statement', { quarter }).catch((error: unknown) => error);
  if (isMade) return 0;
  if (answer instanceof ProblemError && answer.code === 'quarter-not-swept') return 1;
  throw new Error(`${quarter} was neither stated nor refused as not swept: ${JSON.stringify(answer)}`);
}

/** Every sweep so long after its hour began; those that have nothing to do are left out. */
function delayedSweeps(server: TestServer, delay: Seconds) {
  let count = 0;
  const advance = async (until: Seconds) => {
    for (let due = await nextDue(until - delay); due !== undefined; due = await nextDue(until - delay)) {
      await sweptUpTo(server, due - hour);
      server.clock.at = due + delay;
      await sweep(server);
      count += 1;
    }
    server.clock.at = until;
    await sweptUpTo(server, hourOf(until - delay));
  };
  return { advance, count: () => count };
}

/** From the beginning of the hour in which a key ends: warnings, the end, dormancy. */
const stages = [-5 * day, -3 * day, -day, hour, hour + 60 * day];

/** @returns the first hour that has something to do and is not swept */
async function nextDue(until: Seconds): Promise<Seconds | undefined> {
  const content = await tableContent();
  const swept = Number(content['W#sweep-expiry #']?.upTo);
  const hours = Object.values(content).flatMap(({ xpk }) => {
    const text = /^X#(.+)#/.exec(String(xpk))?.[1];
    return text ? [Date.parse(`${text}:00:00Z`) / 1000] : [];
  });
  const due = hours.flatMap(ends => stages.map(after => ends + after)).filter(at => at > swept && at <= until);
  return due.length > 0 ? Math.min(...due) : undefined;
}

/** Sweeps that come rarely, and do then what was missed; a recount looks beside each. */
function rareSweeps(server: TestServer, { from, to }: { readonly from: Seconds; readonly to: Seconds }) {
  const random = seeded(from + to);
  const pause = () => from + random.below(to - from + 1);
  let next = server.clock.at + pause();
  let count = 0;
  const advance = async (until: Seconds) => {
    for (; next <= until; next += pause()) {
      server.clock.at = next;
      await sweep(server);
      await runFunction(server, 'recount-sites');
      count += 1;
    }
    server.clock.at = until;
  };
  return { advance, count: () => count };
}

async function outcomeOf({ server, operator, advance }: Play, history: History) {
  const quarter = firstQuarter(history);
  const quarters = [quarter, nextQuarter(quarter)];
  await advance(quarterEnds(nextQuarter(quarter)) + 11 * day);
  await sweep(server);
  await renew(server);
  await runFunction(server, 'make-statements');
  const content = Object.values(await tableContent());
  const ofFamily = (pattern: RegExp) => content.filter(({ pk, sk }) => pattern.test(`${pk} ${sk}`));
  return {
    counters: Object.fromEntries(
      ofFamily(/^O#hub#.+ C#/).map(({ pk, sk, w: _mark, ...counters }) => [`${pk} ${sk}`, counters]),
    ),
    statistics: await Promise.all(
      quarters.map(async one => numbersOf(await operator.call('get-aggregate-stats', { quarter: one }))),
    ),
    statements: await Promise.all(
      quarters.map(async one => numbersOf(JSON.parse((await folderOf(server, one, 1))['statement.json']))),
    ),
    events: ofFamily(/^A#hub#.+ site:/).map(({ sk, at, actor, action, details }) => ({
      sk,
      at,
      actor,
      action,
      details: { ...Object(details), 'key.jti': '' },
    })),
    alerts: ofFamily(/^N#hub#\d{8} /).map(({ pk, sk, firstAt, lastAt, times }) => ({
      name: `${pk} ${sk}`,
      firstAt,
      lastAt,
      times,
    })),
  };
}

/** Without what is another one in each world: when it was made, and by whose key. */
function numbersOf({
  createdAt: _made,
  sweptUntil: _swept,
  asOf: _asOf,
  root: _root,
  ...numbers
}: Record<string, unknown>) {
  return numbers as { billed: { productionSites: number } };
}
