import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { root } from '../local/start-fixture.ts';

/** How a language reads the machine's clock, and how it works with the machine's time zone. */
interface Reads {
  readonly clock: RegExp;
  readonly zone: RegExp;
}

const typeScript: Reads = {
  clock: /\bDate\.now\b|\bnew Date\(\s*\)|(?<!new |\.|\w)Date\(\)|\bsystemRuntime(?=\.now|[,)])|\bTemporal\.Now\b/g,
  zone: /\.[gs]et(?:FullYear|Month|Date|Day|Hours|Minutes|TimezoneOffset)\(|\.toLocale(?:(?:Date|Time)String\(|String\(\))|\.to(?:Date|Time)String\(|\bIntl\.DateTimeFormat\b|\bnew Date\(\s*[\w.]+\s*,/g,
};

export const languages = {
  '.ts': typeScript,
  '.mjs': typeScript,
  '.cjs': typeScript,
  '.py': {
    clock: /\btime\.(?:time|time_ns|gmtime|localtime|ctime)\(|\b(?:datetime|date)\.(?:now|utcnow|today)\(/g,
    zone: /\btime\.(?:localtime|mktime|strftime)\(|\.fromtimestamp\([^,)]*\)|\.astimezone\(\)|\bstrptime\(/g,
  },
  '.java': {
    clock: /\b(?:Instant|\w*Date\w*|\w*Time)\.now\(|\bcurrentTimeMillis\b|\bnew Date\(\)|\bClock\.system/g,
    zone: /\bsystemDefault\b|\bLocalDate|\bSimpleDateFormat\b|\bTimeZone\b|\bCalendar\b/g,
  },
  '.sh': { clock: /(?:\$\(|`|^\s*)date\b/gm, zone: /\bdate (?!-u\b|\+%s)/g },
} as const satisfies Record<string, Reads>;

const places = [
  'bench',
  'bin',
  'cli',
  'client-secrets',
  'docs/examples',
  'domain',
  'examples',
  'lambdas',
  'lib',
  'local',
  'scripts',
  'sdk',
  'test',
];

/** Returns how often each file of this project reads the machine's clock or time zone; files that do neither are left out. */
export function readsOf(what: keyof Reads): Readonly<Record<string, number>> {
  const found = places.flatMap(filesIn).map(file => [file, countOf(what, file)] as const);
  return Object.fromEntries(found.filter(([, count]) => count > 0));
}

function filesIn(place: string): string[] {
  return readdirSync(join(root, place), { recursive: true, encoding: 'utf8' })
    .map(name => `${place}/${name}`)
    .filter(
      name =>
        extname(name) in languages &&
        name !== 'test/bars/no-clock-reads.test.ts' &&
        name !== 'test/support/clock-reads.ts',
    );
}

function countOf(what: keyof Reads, file: string): number {
  const reads: Reads | undefined = Object.entries(languages).find(([extension]) => extension === extname(file))?.[1];
  const pattern = reads?.[what];
  return pattern === undefined ? 0 : [...readFileSync(join(root, file), 'utf8').matchAll(pattern)].length;
}
