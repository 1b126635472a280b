import { isoTime, type Quarter, quarterBegins, quarterEnds } from '../../kernel/time.ts';
import { isServed } from '../../site-licensing/counting.ts';
import { billedSites } from './billing.ts';
import { closingByMoves, type Figures, moveNames, sumFigures, tallyNames } from './figures.ts';
import { seatsExceededIn } from './seats.ts';
import { statedDifferences } from './stated-differences.ts';
import { manifestOf, Statement } from './statement.ts';
import { type SumMismatch, unequal } from './sum-mismatch.ts';
import { daysOf, wrongUsage } from './usage-sums.ts';

/** Recomputes every derived number of a statement. @returns the mismatches; none for a consistent statement */
export function sumMismatches(statement: Statement): SumMismatch[] {
  const days = daysOf(statement.quarter);
  return [
    ...wrongBilling(statement),
    ...wrongPeriod(statement),
    ...placesOf(statement).flatMap(([place, figures]) => [
      ...wrongFigures(place, figures),
      ...wrongUsage(place, figures, days),
    ]),
    ...wrongTotals(statement),
    ...wrongFollowers(statement),
  ];
}

function placesOf({ totals, applications, enterprises }: Statement): (readonly [string, Figures])[] {
  return [
    ['totals', totals],
    ...applications.map((one, i) => [`applications[${i}]`, one] as const),
    ...enterprises.map((one, i) => [`enterprises[${i}]`, one] as const),
  ];
}

/** Refuses a statement whose sums are inconsistent: an operator must find the cause. @throws Error with the first one */
export function assertAddsUp(statement: Statement): Statement {
  const { success } = Statement.safeParse(statement);
  const [wrong] = sumMismatches(statement);
  if (!success || wrong) throw new Error(`The counts are inconsistent: ${wrong?.place ?? 'one is below zero'}.`);
  return statement;
}

function wrongBilling({ rules, billed, totals }: Statement): SumMismatch[] {
  const sites = billedSites(rules.version, totals.closing);
  if (sites === undefined)
    return [{ place: 'rules.version', problem: `the counting rules ${rules.version} are not known to this program` }];
  return unequal('billed.productionSites', billed.productionSites, sites, 'the counting rules give');
}

function wrongPeriod({ from, to, createdAt, sweptUntil, quarter, history, totals }: Statement): SumMismatch[] {
  const last = history.at(-1);
  const { production, dev, proxy } = totals.closing;
  return [
    ...unequal('from', from, begin(quarter), `${quarter} begins at`),
    ...unequal('to', to, end(quarter), `${quarter} ends at`),
    ...(sweptUntil < to
      ? [{ place: 'sweptUntil', problem: 'is before the end of the quarter: counts may be missing' }]
      : []),
    ...(sweptUntil > createdAt ? [{ place: 'sweptUntil', problem: 'is after the statement was made' }] : []),
    ...unequal(
      `history[${history.length - 1}]`,
      JSON.stringify(last && [last.quarter, last.production, last.dev, last.proxy]),
      JSON.stringify([quarter, production, dev, proxy]),
      'the totals are',
    ),
  ];
}

function begin(quarter: Quarter): string {
  return isoTime(quarterBegins(quarter));
}

function end(quarter: Quarter): string {
  return isoTime(quarterEnds(quarter));
}

/** Checks the sums inside one line. */
function wrongFigures(place: string, figures: Figures): SumMismatch[] {
  const { closing, moves } = figures;
  const states = closing.basic + closing.commissioning + closing.active;
  return [
    ...unequal(`${place}.closing.production`, closing.production, closingByMoves(figures), 'opening and moves make'),
    ...unequal(`${place}.closing.production`, closing.production, states, 'its states add up to'),
    ...(closing.suspended > closing.production
      ? [{ place: `${place}.closing.suspended`, problem: 'more are suspended than there are' }]
      : []),
    ...(moves.recreated > moves.new
      ? [{ place: `${place}.moves.recreated`, problem: 'more sites were recreated than were new' }]
      : []),
  ];
}

function wrongTotals({ totals, applications, enterprises }: Statement): SumMismatch[] {
  const ofApplications = applications.flatMap((one, i) => {
    const mine = enterprises.filter(({ application }) => application === one.application);
    const served = mine.filter(({ closing }) => isServed(closing)).length;
    return [
      ...unequalFigures(`applications[${i}]`, one, sumFigures(mine), 'its enterprises add up to'),
      ...unequal(`applications[${i}].enterprises`, one.enterprises, served, 'its lines are'),
    ];
  });
  return [
    ...unequalFigures('totals', totals, sumFigures(enterprises), 'the enterprises add up to'),
    ...unequalFigures('totals', totals, sumFigures(applications), 'the applications add up to'),
    ...ofApplications,
  ];
}

function unequalFigures(place: string, stated: Figures, sum: Figures, says: string): SumMismatch[] {
  return [
    ...tallyNames.flatMap(name => unequal(`${place}.opening.${name}`, stated.opening[name], sum.opening[name], says)),
    ...tallyNames.flatMap(name => unequal(`${place}.closing.${name}`, stated.closing[name], sum.closing[name], says)),
    ...moveNames.flatMap(name => unequal(`${place}.moves.${name}`, stated.moves[name], sum.moves[name], says)),
    ...unequal(`${place}.usage`, usageText(stated), usageText(sum), says),
  ];
}

function usageText({ usage: { peak, siteDays, changes } }: Figures): string {
  return `peak ${peak}, ${siteDays} site-days, changes ${changes.map(({ day, sites }) => `${day} ${sites}`).join(', ') || 'none'}`;
}

/** Checks that differences, seats and users follow from the lines exactly. */
function wrongFollowers({ applications, enterprises, differences, seatsExceeded }: Statement): SumMismatch[] {
  const users = applications.flatMap((one, i) => {
    const stated = manifestOf(one)?.users.configurationUsers;
    const mine = enterprises.filter(({ application }) => application === one.application);
    const sum = mine.reduce((total, { manifest }) => total + (manifest?.configurationUsers ?? 0), 0);
    const place = `applications[${i}].manifest.users.configurationUsers`;
    return stated === undefined ? [] : unequal(place, stated, sum, 'its enterprises add up to');
  });
  return [
    ...users,
    ...unequalLines('differences', differences, statedDifferences(applications, enterprises)),
    ...unequalLines('seatsExceeded', seatsExceeded, enterprises.flatMap(seatsExceededIn)),
  ];
}

function unequalLines(place: string, stated: readonly object[], drawn: readonly object[]): SumMismatch[] {
  const longest = Math.max(stated.length, drawn.length);
  const spelled = (line: object | undefined) => line && JSON.stringify(Object.entries(line).sort());
  return Array.from({ length: longest }, (_, i) => i)
    .filter(i => spelled(stated[i]) !== spelled(drawn[i]))
    .map(i => ({ place: `${place}[${i}]`, problem: 'does not follow from server and manifests' }));
}
