import { randomUUID, sign } from 'node:crypto';
import type { SigningKey } from '../../../sdk/signing-key.ts';
import type { Stage } from '../../platform/operations/operations-fixture.ts';
import { base, contentHeaders, digestOf, type Signing, signed, type Unsigned } from '../../platform/request/signed.ts';
import { header, type WireRequest, withHeader } from '../../platform/request/wire.ts';

/** What the cases are bent from: a change with a body and an Idempotency-Key, genuine but for the one thing. */
export interface Ground {
  readonly stage: Stage;
  readonly key: SigningKey;
  readonly at: number;
  readonly unsigned: Unsigned & { readonly body: string; readonly headers: Readonly<Record<string, string>> };
  sign(bent?: Partial<Signing>, unsigned?: Partial<Unsigned>): Promise<WireRequest>;
}

export async function groundOf(stage: Stage): Promise<Ground> {
  const { siteId } = await stage.site();
  const body = JSON.stringify({ state: 'commissioning' });
  const headers = { ...contentHeaders(body), 'idempotency-key': randomUUID() };
  const unsigned = { method: 'PATCH', path: `/v1/sites/${siteId}`, body, headers };
  const { key } = stage.app;
  const at = stage.server.clock.at;
  const signs: Ground['sign'] = async (bent = {}, other = {}) =>
    await signed({ ...unsigned, ...other }, { key, at, ...bent });
  return { stage, key, at, unsigned, sign: signs };
}

type Case = (ground: Ground) => Promise<WireRequest>;

const covered = [...base, 'content-type', 'content-digest', 'idempotency-key'];
const without = (name: string) => covered.filter(other => other !== name);
const other: SigningKey['alg'] = 'ecdsa-p256-sha256';

const components: Record<string, Case> = {
  ...Object.fromEntries(
    covered.map((name): [string, Case] => [
      `${name} uncovered`,
      async g => await g.sign({ components: without(name) }),
    ]),
  ),
  'nothing covered': async g => await g.sign({ components: [] }),
  '@target-uri covered too': async g => await g.sign({ components: [...covered, '@target-uri'] }),
  '@target-uri instead of its parts': async g =>
    await g.sign({ components: ['@method', '@target-uri', 'content-type', 'content-digest', 'idempotency-key'] }),
  '@scheme covered too': async g => await g.sign({ components: [...covered, '@scheme'] }),
  'an Idempotency-Key put on afterwards': async g => {
    const { 'idempotency-key': _without, ...headers } = g.unsigned.headers;
    return withHeader(await g.sign({}, { headers }), 'idempotency-key', randomUUID());
  },
};

const parameters: Record<string, Case> = {
  ...Object.fromEntries(
    ['created', 'keyid', 'nonce', 'alg', 'tag'].map((name): [string, Case] => [
      `no ${name}`,
      async g => await g.sign({ parameters: { [name]: undefined } }),
    ]),
  ),
  'another tag': async g => await g.sign({ parameters: { tag: 'license-server-v2' } }),
  'a short nonce': async g => await g.sign({ parameters: { nonce: 'fifteen-letters' } }),
  'a long nonce': async g => await g.sign({ parameters: { nonce: 'n'.repeat(65) } }),
  'a nonce with blanks': async g => await g.sign({ parameters: { nonce: 'nonce with blanks in it' } }),
  'created 61 s ahead': async g => await g.sign({ parameters: { created: g.at + 61 } }),
  'created 301 s ago': async g => await g.sign({ parameters: { created: g.at - 301 } }),
  'created in 1970': async g => await g.sign({ parameters: { created: 0 } }),
  'expired by its own word': async g => await g.sign({ parameters: { expires: g.at - 61 } }),
  'another algorithm than its key’s': async g => await g.sign({ parameters: { alg: other } }),
  'an algorithm of shared secrets': async g => await g.sign({ parameters: { alg: 'hmac-sha256' } }),
  'an algorithm that we don’t take': async g => await g.sign({ parameters: { alg: 'rsa-pss-sha512' } }),
  'the keyid of another application': async g => await g.sign({ parameters: { keyid: g.stage.server.keys.hwf.keyid } }),
  'the keyid of an operator': async g => await g.sign({ parameters: { keyid: g.stage.operator.key.keyid } }),
  'a keyid of another Org': async g => await g.sign({ parameters: { keyid: g.key.keyid.replace('hub.', 'core.') } }),
  'an unregistered keyid': async g =>
    await g.sign({ parameters: { keyid: `${g.key.keyid.slice(0, -22)}${'A'.repeat(22)}` } }),
  'a keyid of no form': async g => await g.sign({ parameters: { keyid: '../../etc/passwd' } }),
  'a keyid of __proto__': async g => await g.sign({ parameters: { keyid: '__proto__' } }),
};

const bodies: Record<string, Case> = {
  'no digest': async g =>
    await g.sign(
      { components: without('content-digest') },
      { headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() } },
    ),
  'a digest of another body': async g =>
    await g.sign({}, { headers: { ...g.unsigned.headers, 'content-digest': digestOf('{"state":"basic"}') } }),
  'a digest of another algorithm': async g =>
    await g.sign({}, { headers: { ...g.unsigned.headers, 'content-digest': digestOf(g.unsigned.body, 'sha512') } }),
  'a digest that is no dictionary': async g =>
    await g.sign({}, { headers: { ...g.unsigned.headers, 'content-digest': '((((' } }),
  'a digest that is a string': async g =>
    await g.sign({}, { headers: { ...g.unsigned.headers, 'content-digest': 'sha-256="abc"' } }),
  'a body put on afterwards': async g => {
    const bare = await g.sign({}, { body: '', headers: { 'idempotency-key': randomUUID() } });
    return { ...bare, body: Buffer.from(g.unsigned.body) };
  },
};

/** Both signatures in the same two fields. */
function together(a: WireRequest, b: WireRequest): WireRequest {
  const joined = (name: string) => `${header(a, name)}, ${header(b, name)}`;
  return withHeader(withHeader(a, 'signature-input', joined('signature-input')), 'signature', joined('signature'));
}

const signatures: Record<string, Case> = {
  unsigned: async g => withHeader(withHeader(await g.sign(), 'signature', undefined), 'signature-input', undefined),
  'a signature without its input': async g => withHeader(await g.sign(), 'signature-input', undefined),
  'an input without its signature': async g => withHeader(await g.sign(), 'signature', undefined),
  'two genuine signatures with our tag': async g => together(await g.sign(), await g.sign({ label: 'two' })),
  'our tag on a signature of another key': async g =>
    together(await g.sign(), await g.sign({ label: 'two', key: g.stage.operator.key })),
  'one label twice': async g => together(await g.sign(), await g.sign()),
  'an escape in the path': async g => await g.sign({}, { path: g.unsigned.path.replace('-', '%2D') }),
  'a key that is not registered': async g => await g.sign({ key: unregistered(g.key) }),
};

function unregistered({ keyid, alg }: SigningKey): SigningKey {
  const pem = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(`302e020100300506032b657004220420${'42'.repeat(32)}`, 'hex').toString('base64')}\n-----END PRIVATE KEY-----`;
  return { keyid, alg, sign: async bytes => new Uint8Array(sign(null, bytes, pem)) };
}

/** Each is refused as if it were not signed at all. */
export const refused: Record<string, Case> = { ...components, ...parameters, ...bodies, ...signatures };

/** Each is a good signature, though not the one that our SDK would make. */
export const accepted: Record<string, Case> = {
  'as the profile says': async g => await g.sign(),
  'the components in another order': async g => await g.sign({ components: [...covered].reverse() }),
  'another label': async g => await g.sign({ label: 'mine' }),
  'created 60 s ahead': async g => await g.sign({ parameters: { created: g.at + 60 } }),
  'created 300 s ago': async g => await g.sign({ parameters: { created: g.at - 300 } }),
  'a second signature by a proxy': async g =>
    together(await g.sign(), await g.sign({ label: 'proxy', parameters: { tag: 'proxy' } })),
};
