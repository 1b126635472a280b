import { offlinePolicy, Policy } from '../../../domain/identity/policy.ts';
import { policyNames, seesKeysOf } from '../../../domain/identity/visibility.ts';
import { AppId, EnterpriseId, KeyId, OrgId } from '../../../domain/kernel/ids.ts';
import type { Client } from '../../../sdk/client.ts';
import { claims, days, newPair, token } from '../tamper/chains.ts';

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
  /** of `hwf`: what it may do, and what the Org signs of it */
  policy: Policy;
  newKey(of?: KeyOf): SignedKey;
  /** as get-own-application answers it to this application now */
  tokenOf(app: string): string;
}

/** Whose key it is. */
export interface KeyOf {
  readonly ent?: string;
  readonly app?: string;
  readonly mode?: 'production' | 'dev';
  readonly kind?: 'site' | 'enterprise';
}

export interface SignedKey {
  readonly key: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
}

const lifetime = 30 * days;

export function newSigningServer(from: number): SigningServer {
  const [root, enterprise, responder] = [newPair(), newPair(), newPair()];
  const orgs = { hub: newPair(), core: newPair() };
  const long = { iat: from - days, nbf: from - days, exp: from + 4000 * days };
  const linkOf = (org: keyof typeof orgs) => token('org-link+jwt', claims.orgLink(org, orgs[org], long), root);
  const hubLink = linkOf('hub');
  const responderLink = token('responder-link+jwt', claims.responderLink('hub', responder, long), orgs.hub);
  const links = new Map<string, string>();
  /** what is above a key of the enterprise */
  const above = (ent: string): string => {
    const org = ent.startsWith('hub-') ? 'hub' : 'core';
    const known =
      links.get(ent) ??
      `${token('enterprise-link+jwt', claims.enterpriseLink(ent, enterprise, long), orgs[org])}~${linkOf(org)}`;
    links.set(ent, known);
    return known;
  };
  const server: SigningServer = {
    at: from,
    isUp: true,
    policy: Policy.parse({ modes: ['production'], enforcesFor: ['boost'] }),
    root: root.jwk,
    dead: new Map(),
    questions: { count: 0, ofTrust: 0 },
    client: {
      now: () => server.at,
      call: async (...asked: never[]) => await answer(...(asked as unknown as [string, object, object])),
    } as never,
    newKey({ ent = 'hub-aaaaaaaaaaaaaaaa', app = 'hwf', mode = 'production', kind = 'site' } = {}) {
      const times = { iat: server.at, nbf: server.at, exp: server.at + lifetime };
      const jti = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');
      const leaf =
        kind === 'site'
          ? token('site-key+jwt', claims.siteKey(ent, { ...times, app, mode, jti }), enterprise)
          : token('enterprise-key+jwt', claims.enterpriseKey(ent, { ...times, app, jti }), enterprise);
      return { key: `${leaf}~${above(ent)}`, jti, ...times };
    },
    tokenOf(app) {
      const times = { iat: server.at, nbf: server.at - 300, exp: server.at + days };
      const policy = offlinePolicy(server.policy);
      const said = claims.application('hub', { sub: `application:hub/${app}`, policy, ...times });
      return `${token('application+jwt', said, orgs.hub)}~${hubLink}`;
    },
  };
  async function answer(operation: string, input: object, options: object): Promise<unknown> {
    if (!server.isUp) throw new TypeError('no line');
    if (operation === 'get-trust') server.questions.ofTrust++;
    if (operation === 'get-trust') return { successors: [] };
    if (operation !== 'check-validity') return ownApplication();
    server.questions.count++;
    const shown = JSON.parse(Buffer.from(Object(input).key.split('.')[1], 'base64url').toString());
    const { sub, jti, exp } = shown;
    const reason = deadReason(shown, server);
    const iat = server.at;
    const said = { sub, jti, nonce: Object(options).nonce, valid: !reason, ...(reason && { reason }) };
    const times = { iat, nbf: iat, exp: reason ? iat + 60 : Math.min(iat + 3600, exp) };
    const verdict = token('verdict+jwt', claims.verdict('hub', { ...said, ...times }), responder);
    return { verdict: `${verdict}~${responderLink}~${hubLink}` };
  }
  function ownApplication() {
    return { policy: server.policy, token: server.tokenOf('hwf') };
  }
  return server;
}

/** As check-validity decides: by the rules of who sees what, then by the key. @returns undefined for a good one */
export function deadReason(
  { org, app, ent, jti, exp }: { org: string; app: string; ent: string; jti: string; exp: number },
  { at, dead, policy }: Pick<SigningServer, 'at' | 'dead' | 'policy'>,
): string | undefined {
  const caller = { org: OrgId.parse('hub'), app: AppId.parse('hwf'), role: 'application', policy } as const;
  const asker = { ...caller, keyid: KeyId.parse(`hub.hwf.${'A'.repeat(22)}`) };
  const sees = org === asker.org && seesKeysOf(asker, AppId.parse(app)) && policyNames(asker, EnterpriseId.parse(ent));
  if (!sees) return 'key-unknown';
  return at >= exp ? 'key-expired' : dead.get(jti);
}
