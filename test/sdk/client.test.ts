import { describe, expect, it } from '@jest/globals';
import { createClient } from '../../sdk/client.ts';
import { problemOf } from '../../sdk/problem-error.ts';
import type { SigningKey } from '../../sdk/signing-key.ts';

const url = 'http://127.0.0.1:1/local';
const key: SigningKey = { keyid: 'hub.hwf.test', alg: 'ed25519', sign: async () => new Uint8Array(64) };
const problem = (status: number, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ code: status === 503 ? 'unavailable' : 'conflict' }), { status, headers });
const good = () => new Response('{"ok":true}');

/** Answers one after the other; the last one for ever. */
function line(...answers: (() => Response | Promise<Response>)[]) {
  const sent: { headers: Headers }[] = [];
  const viaLine: typeof fetch = async (_, init) => {
    sent.push({ headers: new Headers(init?.headers) });
    const answer = answers[Math.min(sent.length, answers.length) - 1];
    if (!answer) throw new TypeError('no line');
    return await answer();
  };
  return { sent, fetch: viaLine };
}

const broken = () => {
  throw new TypeError('fetch failed');
};

describe('the client', () => {
  it.each([
    ['429', () => problem(429)],
    ['503', () => problem(503)],
    ['no connection', broken],
    ['an answer that breaks off', () => new Response('{"ok":tr')],
  ])('tries again after %s, signed again, with the same Idempotency-Key', async (_, first) => {
    const { sent, fetch } = line(first, good);
    const client = createClient({ url, key, fetch, random: () => 0 });
    expect(await client.callByName('create-enterprise', {})).toEqual({ ok: true });
    expect(sent).toHaveLength(2);
    const [before, after] = sent.map(({ headers }) => headers);
    expect(after?.get('idempotency-key')).toBe(before?.get('idempotency-key'));
    expect(after?.get('signature-input')).not.toBe(before?.get('signature-input'));
  });

  it.each([
    'http://licenses.example.com/prod',
    'https://user:secret@licenses.example.com/prod',
    'https://licenses.example.com/prod?stage=prod',
    'ftp://127.0.0.1/',
    'http://127.0.0.1.example.com',
    'licenses.example.com',
    '',
  ])('is not made for %j, and says what a URL looks like', wrong => {
    expect(() => createClient({ url: wrong, key })).toThrow('https://licenses.example.com/prod');
  });

  it.each(['https://licenses.example.com/prod', 'http://127.0.0.1:1/local', 'http://[::1]:1', 'http://localhost:1'])(
    'is made for %s',
    right => {
      expect(createClient({ url: right, key }).url).toBe(right);
    },
  );

  it('does not try again what was refused', async () => {
    const { sent, fetch } = line(() => problem(409), good);
    const call = createClient({ url, key, fetch }).callByName('create-enterprise', {});
    await expect(call).rejects.toMatchObject({ code: 'conflict', status: 409 });
    expect(sent).toHaveLength(1);
  });

  it('ends with the last fault when the attempts are used up', async () => {
    const { sent, fetch } = line(() => problem(503));
    const client = createClient({ url, key, fetch, attempts: 3, random: () => 0 });
    await expect(client.callByName('get-own-application', {})).rejects.toMatchObject({ code: 'unavailable' });
    expect(sent).toHaveLength(3);
  });

  it('reads Retry-After, seconds or a date', async () => {
    const date = 'Wed, 14 May 2031 10:00:00 GMT';
    const of = async (value: string) => (await problemOf(problem(429, { 'retry-after': value, date }))).retryAfter;
    expect(await of('90')).toBe(90);
    expect(await of('Wed, 14 May 2031 10:01:30 GMT')).toBe(90);
    expect(await of('soon')).toBeUndefined();
  });

  it('does not begin what cannot end within the budget', async () => {
    const { sent, fetch } = line(() => problem(503, { 'retry-after': '120' }), good);
    const client = createClient({ url, key, fetch });
    await expect(client.callByName('get-own-application', {})).rejects.toMatchObject({ retryAfter: 120 });
    expect(sent).toHaveLength(1);
  });

  it('gives up on an attempt that hangs', async () => {
    const hanging: typeof fetch = async (_, init) =>
      await new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
    const client = createClient({ url, key, fetch: hanging, attempts: 2, timeoutMs: 20, random: () => 0 });
    await expect(client.callByName('get-own-application', {})).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it.each([200, 503])('reads no more of an answer (%i) than the server could send', async status => {
    let sent = 0;
    const bomb = new ReadableStream({
      pull: controller => {
        sent += 2 ** 20;
        if (sent > 100 * 2 ** 20) return controller.close();
        controller.enqueue(new Uint8Array(2 ** 20).fill(0x20));
      },
    });
    const client = createClient({ url, key, fetch: async () => new Response(bomb, { status }), attempts: 1 });
    await expect(client.callByName('get-own-application', {})).rejects.toThrow();
    expect(sent).toBeLessThan(20 * 2 ** 20);
  });

  it('follows no redirection: what it signed is for this server', async () => {
    const modes: unknown[] = [];
    const seen: typeof fetch = async (_, init) => {
      modes.push(init?.redirect);
      return good();
    };
    await createClient({ url, key, fetch: seen }).callByName('get-own-application', {});
    expect(modes).toEqual(['error']);
  });
});
