import type { Client } from '../../sdk/client.ts';
import { claims, days, newPair, token } from '../bars/r17-chain.ts';

/** A server that is nothing but its signatures, for a simulated time of years: verdicts and keys that any verifier takes. */
export interface SigningServer {
  /** the server's time */
  at: number;
  isUp: boolean;
  readonly root: ReturnType<typeof newPair>['jwk'];
  readonly client: Client;
  /** dead keys by their jti, with the reason */
  readonly dead: Map<string, string>;
  /** how often it was asked about a key, and for the Roots */
  readonly questions: { count: number; ofTrust: number };
  newKey(): { key: string; jti: string; iat: number; exp: number };
}

const lifetime = 30 * days;

export function newSigningServer(from: number): SigningServer {
  const [root, hub, enterprise, responder] = [newPair(), newPair(), newPair(), newPair()];
  const ent = 'hub-aaaaaaaaaaaaaaaa';
  const long = { iat: from - days, nbf: from - days, exp: from + 4000 * days };
  const hubLink = token('org-link+jwt', claims.orgLink('hub', hub, long), root);
  const enterpriseLink = token('enterprise-link+jwt', claims.enterpriseLink(ent, enterprise, long), hub);
  const responderLink = token('responder-link+jwt', claims.responderLink('hub', responder, long), hub);
  const server: SigningServer = {
    at: from,
    isUp: true,
    root: root.jwk,
    dead: new Map(),
    questions: { count: 0, ofTrust: 0 },
    client: {
      now: () => server.at,
      call: async (...asked: never[]) => await answer(...(asked as unknown as [string, object, object])),
    } as never,
    newKey() {
      const times = { iat: server.at, nbf: server.at, exp: server.at + lifetime };
      const jti = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');
      const leaf = token('site-key+jwt', claims.siteKey(ent, { ...times, jti }), enterprise);
      return { key: `${leaf}~${enterpriseLink}~${hubLink}`, jti, ...times };
    },
  };
  async function answer(operation: string, input: object, options: object): Promise<unknown> {
    if (!server.isUp) throw new TypeError('no line');
    if (operation === 'get-trust') server.questions.ofTrust++;
    if (operation === 'get-trust') return { successors: [] };
    if (operation !== 'check-validity') return { policy: { cacheSeconds: 3600, graceSeconds: 5 * days } };
    server.questions.count++;
    const { sub, jti, exp } = JSON.parse(Buffer.from(Object(input).key.split('.')[1], 'base64url').toString());
    const reason = server.at >= exp ? 'key-expired' : server.dead.get(jti);
    const iat = server.at;
    const said = { sub, jti, nonce: Object(options).nonce, valid: !reason, ...(reason && { reason }) };
    const times = { iat, nbf: iat, exp: reason ? iat + 60 : Math.min(iat + 3600, exp) };
    const verdict = token('verdict+jwt', claims.verdict('hub', { ...said, ...times }), responder);
    return { verdict: `${verdict}~${responderLink}~${hubLink}` };
  }
  return server;
}
