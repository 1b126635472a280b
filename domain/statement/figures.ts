import * as z from 'zod';
import { type Moves, movesOf, type Tally } from '../tally.ts';

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
  woken: count,
  unproxied: count,
  deleted: count,
  dormant: count,
  proxied: count,
  anew: count,
});

/** A quarter in numbers: how the sites stood at its begin and at its end, and what happened between. */
export const figures = { opening: tally, closing: tally, moves };
export interface Figures {
  readonly opening: Tally;
  readonly closing: Tally;
  readonly moves: Moves;
}

export const tallyNames = tally.keyof().options;
export const moveNames = moves.keyof().options;

/** What came to the production sites, and what went; `anew` is among the new ones. */
export const additions = ['new', 'promoted', 'woken', 'unproxied'] as const satisfies readonly (keyof Moves)[];
export const departures = ['deleted', 'dormant', 'proxied'] as const satisfies readonly (keyof Moves)[];

export const nothing: Figures = {
  opening: tallyOf(() => 0),
  closing: tallyOf(() => 0),
  moves: movesOf(() => 0),
};

export function sumFigures(all: readonly Figures[]): Figures {
  const sum = (one: (figures: Figures) => number) => all.reduce((total, figures) => total + one(figures), 0);
  return {
    opening: tallyOf(name => sum(({ opening }) => opening[name])),
    closing: tallyOf(name => sum(({ closing }) => closing[name])),
    moves: movesOf(name => sum(({ moves }) => moves[name])),
  };
}

/** The production sites at the end, as the moves lead there from those at the begin. */
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
