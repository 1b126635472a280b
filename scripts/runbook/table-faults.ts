import type { Item } from './whole-table.ts';

interface Site {
  readonly enterprise: string;
  readonly owner: string;
  readonly place: string;
  readonly cell: string;
}

/** What a table says of itself, gathered in one pass. */
interface Told {
  readonly enterprises: Set<string>;
  /** by id; deleted ones are none */
  readonly sites: Map<string, Site>;
  /** `<enterprise>#<application>#<reference>#<state>` → id of the site that stands there */
  readonly slots: Map<string, string>;
  /** `<enterprise>#<application> <mode>:<state>:<status>` → how many, summed over all quarters */
  readonly counters: Map<string, number>;
  /** quarters whose changes by day are not what their moves add up to */
  readonly wrongDays: string[];
}

const slotStates = { sBasic: 'basic', sCommissioning: 'commissioning', sActive: 'active', sProxy: 'proxy' } as const;

/**
 * Where a table contradicts itself: counters against the sites that are there, references against sites, sites against enterprises.
 * Says the layout of the keys once more, since it must not learn it from the code whose work it checks.
 * @returns one sentence for each contradiction; none for a sound table at a quiet moment
 */
export async function tableFaults(items: AsyncIterable<Item>): Promise<string[]> {
  const told: Told = { enterprises: new Set(), sites: new Map(), slots: new Map(), counters: new Map(), wrongDays: [] };
  for await (const item of items) take(told, item);
  return [...orphans(told), ...wrongReferences(told), ...wrongCounters(told), ...told.wrongDays];
}

function take({ enterprises, sites, slots, counters, wrongDays }: Told, item: Item): void {
  const [family, first = '', ...more] = item.pk.split('#');
  const [kind, ...rest] = item.sk.split('#');
  if (family === 'E' && more.length === 0 && item.sk === '#') enterprises.add(first);
  if (family === 'E' && kind === 'S' && item.status !== 'deleted') {
    const { app, ref, mode, state, status } = item;
    const place = [first, app, ref, state].join('#');
    sites.set(rest.join('#'), {
      enterprise: first,
      owner: `${first}#${app}`,
      place,
      cell: [mode, state, status].join(':'),
    });
  }
  if (family === 'E' && kind === 'R')
    for (const [slot, state] of Object.entries(slotStates))
      if (item[slot]) slots.set([first, ...rest, state].join('#'), String(item[slot]));
  if (family === 'O' && kind === 'C') wrongDays.push(...daysAgainstMoves(`${more[0]} of ${rest.join('#')}`, item));
  if (family === 'O' && kind === 'C')
    for (const [cell, count] of Object.entries(item))
      if (isCell(cell)) add(counters, `${rest.join('#')} ${cellNames(cell)}`, Number(count));
}

const came = ['new', 'promoted', 'reactivated', 'proxyRemoved'];
const left = ['deleted', 'dormant', 'proxied'];

function daysAgainstMoves(name: string, item: Item): string[] {
  const sum = (names: readonly string[]) => names.reduce((total, one) => total + Number(item[one] ?? 0), 0);
  const days = sum(Object.keys(item).filter(one => /^\d\d$/.test(one)));
  const moves = sum(came.map(one => `move:${one}`)) - sum(left.map(one => `move:${one}`));
  return days === moves ? [] : [`days of ${name} add up to ${days}, its moves to ${moves}`];
}

/** `pal`: the initials of mode, state and status. */
function isCell(name: string): boolean {
  return /^[dp][bcap][lsd]$/.test(name);
}

const initials = [
  { p: 'production', d: 'dev' },
  { b: 'basic', c: 'commissioning', a: 'active', p: 'proxy' },
  { l: 'live', s: 'suspended', d: 'dormant' },
] as const;

function cellNames(name: string): string {
  return initials.map((names, i) => new Map(Object.entries(names)).get(name.charAt(i))).join(':');
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function orphans({ enterprises, sites }: Told): string[] {
  return [...sites].flatMap(([id, { enterprise }]) =>
    enterprises.has(enterprise) ? [] : [`site ${id} belongs to an enterprise that is not there`],
  );
}

function wrongReferences({ sites, slots }: Told): string[] {
  const unnamed = [...sites].filter(([id, { place }]) => slots.get(place) !== id);
  const empty = [...slots].filter(([place, id]) => sites.get(id)?.place !== place);
  return [
    ...unnamed.map(([id]) => `site ${id} is not named by its reference`),
    ...empty.map(([, id]) => `a reference names site ${id}, which does not stand there`),
  ];
}

function wrongCounters({ sites, counters }: Told): string[] {
  const counted = new Map<string, number>();
  for (const { owner, cell } of sites.values()) add(counted, `${owner} ${cell}`, 1);
  return [...new Set([...counters.keys(), ...counted.keys()])].flatMap(name => {
    const [says, are] = [counters.get(name) ?? 0, counted.get(name) ?? 0];
    return says === are ? [] : [`counters of ${name} say ${says}, there are ${are}`];
  });
}
