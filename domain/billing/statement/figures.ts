import * as z from 'zod';
import { type Moves, movesOf, type Tally } from '../../site-licensing/tally.ts';
import { peakOf, sumChanges, type Usage } from '../../site-licensing/usage.ts';

const count = z.int().min(0);

const tally = z.strictObject({
  production: count,
  basic: count,
  commissioning: count,
  active: count,
  suspended: count,
  dev: count,
  proxy: count,
  dormant: count,
  enterpriseKeys: count,
});

const moves = z.strictObject({
  new: count,
  promoted: count,
  reactivated: count,
  proxyRemoved: count,
  deleted: count,
  dormant: count,
  proxied: count,
  recreated: count,
});

const usage = z.strictObject({
  peak: count,
  siteDays: count,
  changes: z.array(z.strictObject({ day: z.iso.date(), sites: z.int() })).readonly(),
});

/** A quarter in numbers: how the sites stood at its begin and at its end, and what happened between. */
export const figures = { opening: tally, closing: tally, moves, usage };
export interface Figures {
  readonly opening: Tally;
  readonly closing: Tally;
  readonly moves: Moves;
  readonly usage: Usage;
}

export const tallyNames = tally.keyof().options;
export const moveNames = moves.keyof().options;

/** The moves that add production sites, and those that remove them; `recreated` is a part of `new`. */
export const additions = ['new', 'promoted', 'reactivated', 'proxyRemoved'] as const satisfies readonly (keyof Moves)[];
export const departures = ['deleted', 'dormant', 'proxied'] as const satisfies readonly (keyof Moves)[];

export const noFigures: Figures = {
  opening: tallyOf(() => 0),
  closing: tallyOf(() => 0),
  moves: movesOf(() => 0),
  usage: { peak: 0, siteDays: 0, changes: [] },
};

export function sumFigures(all: readonly Figures[]): Figures {
  const sum = (one: (figures: Figures) => number) => all.reduce((total, figures) => total + one(figures), 0);
  const opening = tallyOf(name => sum(({ opening }) => opening[name]));
  const changes = sumChanges(all.map(({ usage }) => usage.changes));
  return {
    opening,
    closing: tallyOf(name => sum(({ closing }) => closing[name])),
    moves: movesOf(name => sum(({ moves }) => moves[name])),
    // Not the sum of the peaks: those may be of different days.
    usage: { peak: peakOf(opening.production, changes), siteDays: sum(({ usage }) => usage.siteDays), changes },
  };
}

/** Returns the closing number of production sites: the opening number and all moves. */
export function closingByMoves({ opening, moves }: Figures): number {
  const sum = (names: readonly (keyof Moves)[]) => names.reduce((total, name) => total + moves[name], 0);
  return opening.production + sum(additions) - sum(departures);
}

function tallyOf(value: (name: keyof Tally) => number): Tally {
  return {
    production: value('production'),
    basic: value('basic'),
    commissioning: value('commissioning'),
    active: value('active'),
    suspended: value('suspended'),
    dev: value('dev'),
    proxy: value('proxy'),
    dormant: value('dormant'),
    enterpriseKeys: value('enterpriseKeys'),
  };
}
