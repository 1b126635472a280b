import { tableContent } from '../../platform/request/table-content.ts';
import { exportedObjects } from '../aws/exported-objects.ts';
import type { TestServer } from './server.ts';

/** Names and addresses of application admins may stand in family D of the table, and nowhere else. */
export function isNoPerson(item: Readonly<Record<string, unknown>>): boolean {
  return !/^D#[^#]+#.$/.test(String(item.pk));
}

/** What outlives a request, as texts: the table without persons, the exports, the notifications, the dead letters. */
export async function everythingKept(server: TestServer): Promise<string[]> {
  const { notices } = server.world;
  const items = Object.values(await tableContent()).filter(isNoPerson);
  const told = [...notices.delivered('alerts'), ...notices.delivered('finance'), ...notices.deadLetters()];
  return [...items, ...Object.entries(await exportedObjects(server)), ...told].map(spelledOut);
}

/** Everything that a piece of work writes to its log, by whichever way. */
export async function logOf(work: () => Promise<void>): Promise<string> {
  const texts: string[] = [];
  const keep = (text: unknown): boolean => {
    texts.push(typeof text === 'string' ? text : Buffer.from(Object(text)).toString());
    return true;
  };
  const streams = [process.stdout, process.stderr];
  const writes = streams.map(stream => stream.write);
  const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
  const consoles = methods.map(method => console[method]);
  try {
    for (const stream of streams) stream.write = keep;
    for (const method of methods) console[method] = (...values) => keep(values.map(String).join(' '));
    await work();
  } finally {
    streams.forEach((stream, i) => {
      const write = writes[i];
      if (write) stream.write = write;
    });
    methods.forEach((method, i) => {
      const original = consoles[i];
      if (original) console[method] = original;
    });
  }
  return texts.join('\n');
}

/** A thing as text with its bytes spelled in every way that one might look for them. */
export function spelledOut(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => {
    if (inner instanceof Set) return [...inner];
    if (!(inner instanceof Uint8Array)) return inner;
    const bytes = Buffer.from(inner);
    return [bytes.toString('latin1'), bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')];
  });
}
