import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from '@jest/globals';

/** Where calls of AWS are made; emulators, benchmarks and examples are not part of the product. */
const folders = ['lambdas', 'domain', 'lib', 'cli', 'client-secrets', 'scripts', 'sdk', 'bin'];
const files = execFileSync('git', ['ls-files', ...folders], { encoding: 'utf8' })
  .split('\n')
  .filter(file => file.endsWith('.ts'))
  .map(file => ({ file, text: readFileSync(file, 'utf8') }));
const library = files.filter(({ file }) => file.startsWith('lib/')).map(({ text }) => text.toLowerCase());

const services = {
  KMS: 'client-kms',
  'Secrets Manager': 'client-secrets-manager',
  DynamoDB: 'client-dynamodb',
  SNS: 'client-sns',
  SQS: 'client-sqs',
  S3: 'client-s3',
  Lambda: 'client-lambda',
} as const;

/** The document client's names of DynamoDB's operations. */
const documentNames = new Map(
  Object.entries({
    Get: 'GetItem',
    Put: 'PutItem',
    Update: 'UpdateItem',
    Delete: 'DeleteItem',
    TransactWrite: 'TransactWriteItems',
  }),
);

/** The operations of the one aggregated client that is used: `secrets.getSecretValue(…)`. */
const secretMethods = new Set(
  Object.getOwnPropertyNames(SecretsManager.prototype).filter(
    name => !['constructor', 'send', 'destroy'].includes(name),
  ),
);

/** Every call in the code, with the files that make it. */
const calls = new Map<string, string[]>();
for (const { file, text } of files) {
  const commands = [...text.matchAll(/\bnew (\w+)Command\(|\bpaginate(\w+)\(/g)].flatMap(
    match => match[1] ?? match[2] ?? [],
  );
  const methods = [...text.matchAll(/\.(\w+)\(/g)].flatMap(([, name = '']) =>
    secretMethods.has(name) ? `${name.charAt(0).toUpperCase()}${name.slice(1)}` : [],
  );
  for (const name of new Set([...commands.map(name => documentNames.get(name) ?? name), ...methods]))
    calls.set(name, [...(calls.get(name) ?? []), file]);
}

interface Row {
  readonly service: string;
  readonly calls: readonly string[];
  readonly refusals: readonly string[];
  readonly emulator: string;
  readonly shownBy: string;
}

const page = readFileSync('docs/aws-refusals.md', 'utf8');
const rows: readonly Row[] = page.split(/^## /m).flatMap(section => {
  const service = section.slice(0, section.indexOf('\n'));
  return section.split('\n').flatMap(line => {
    const cells = line.split(' | ').map(cell => cell.replace(/^\| | \|$/g, ''));
    const [call = '', refusals = '', , emulator = '', shownBy = ''] = cells;
    if (!(service in services) || cells.length !== 5 || call === 'call') return [];
    return [{ service, calls: call.split(', '), refusals: namesIn(refusals), emulator, shownBy }];
  });
});

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? []);
}

/** Calls of the table's rows; `every call` stands for those of its service. */
const named = [...new Set(rows.flatMap(row => row.calls))].filter(call => call !== 'every call').sort();

/** What the installed SDK declares for an operation, by AWS's own model; the base class of each service is left out. */
function declared(operation: string): { service: string; exceptions: string[] } | undefined {
  for (const [service, client] of Object.entries(services)) {
    const path = `node_modules/@aws-sdk/${client}/dist-types/commands/${operation}Command.d.ts`;
    try {
      const thrown = [...readFileSync(path, 'utf8').matchAll(/@throws \{@link (\w+)\}/g)].flatMap(
        ([, name]) => name ?? [],
      );
      return {
        service,
        exceptions: thrown.filter(name => !name.endsWith('ServiceException') || name === 'ServiceException'),
      };
    } catch {
      // The operation belongs to another service.
    }
  }
  return undefined;
}

describe('docs/aws-refusals.md', () => {
  it('names every call that the code makes, and no other', () => {
    expect(named).toEqual([...calls.keys()].sort());
  });

  it.each([...calls.keys()])('names every exception that the SDK declares for %s', operation => {
    const model = declared(operation);
    const about = rows.filter(
      row => row.service === model?.service && row.calls.some(call => call === operation || call === 'every call'),
    );
    const missing = model?.exceptions.filter(name => !about.some(row => row.refusals.includes(name)));
    expect(missing).toEqual([]);
  });

  it('says in every row whether the emulator refuses, and a test shows each refusal', () => {
    expect(rows.filter(({ emulator }) => !['refuses', 'does not occur'].includes(emulator))).toEqual([]);
    const unproven = rows.filter(({ emulator, shownBy }) => emulator === 'refuses' && !/^`test\//.test(shownBy));
    expect(unproven).toEqual([]);
    const forms = /^(`test\/[^`]+` “[^”]+”|not sent: `\w+`|not in lib: `[\w.]+`|cannot happen.*: .+)$/;
    expect(rows.filter(({ shownBy }) => !forms.test(shownBy))).toEqual([]);
  });

  const tests = [...page.matchAll(/`(test\/[^`]+\.ts)` “([^”]+)”/g)].map(
    ([, path = '', title = '']) => `${path} ${title}`,
  );
  it.each([...new Set(tests)])('names a test that is there: %s', cited => {
    const [path = ''] = cited.split(' ');
    expect(readFileSync(path, 'utf8')).toContain(`'${cited.slice(path.length + 1)}'`);
  });

  const notSent = rows.flatMap(({ service, calls: of, shownBy }) =>
    shownBy.startsWith('not sent: ') ? namesIn(shownBy).map(name => [name, service, of] as const) : [],
  );
  it.each(notSent)('is right that %s is not sent to %s', (parameter, _, of) => {
    const callers = new Set((of[0] === 'every call' ? named : of).flatMap(call => calls.get(call) ?? []));
    const senders = files.filter(({ file, text }) => callers.has(file) && new RegExp(`\\b${parameter}\\b`).test(text));
    expect(senders.map(({ file }) => file)).toEqual([]);
  });

  const notInLib = rows.flatMap(({ shownBy }) => (shownBy.startsWith('not in lib: ') ? namesIn(shownBy) : []));
  it.each(notInLib)('is right that no template has %s', property => {
    expect(library.filter(text => text.includes(property.toLowerCase()))).toEqual([]);
  });

  it('knows every way in which the code reaches AWS: one aggregated client, of Secrets Manager', () => {
    const imported = files.flatMap(({ text }) =>
      [...text.matchAll(/import (?:type )?\{([^}]+)\} from '@aws-sdk\/client-[\w-]+'/g)].flatMap(([, names = '']) =>
        names.split(',').map(name => name.replace('type ', '').trim()),
      ),
    );
    const others = imported.filter(name => name && !/(Command|Client|Exception)$/.test(name));
    expect([...new Set(others)]).toEqual(['SecretsManager']);
  });
});
