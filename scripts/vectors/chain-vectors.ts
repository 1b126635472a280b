import { ChainError } from '../../domain/chain/chain-error.ts';
import { verifyChain } from '../../domain/chain/verify-chain.ts';
import { checkSignature } from '../../sdk/check-signature.ts';
import { UntrustedVerdictError, verifyVerdict } from '../../sdk/verify-verdict.ts';
import {
  type Candidate,
  core,
  coreLink,
  genuine,
  hubLink,
  otherRoot,
  responder,
  responderLink,
  root,
  site,
  veolia,
} from '../../test/support/tamper/chain-world.ts';
import { claims, now, type Part, token } from '../../test/support/tamper/chains.ts';
import { forgeries } from '../../test/support/tamper/forgeries.ts';
import { successorVectors } from './successor-vectors.ts';

/** Types that a client verifies; server-internal tokens and statements are not in the vectors. */
const types: readonly string[] = ['site-key+jwt', 'enterprise-key+jwt', 'verdict+jwt'];

/** Returns keys and verdicts, genuine and forged, each with its verification result. */
export async function chainVectors() {
  const candidates = Object.entries<Candidate>({ ...genuine, ...forgeries });
  const offered = candidates.filter(([, { type = 'site-key+jwt' }]) => types.includes(type));
  const about = { jti: 'AAAAAAAAAAAAAAAAAAAAAA', sub: `site:${veolia}-aaaaaaaaaaaaaaaaa` };
  return {
    tokens: await Promise.all(offered.map(async ([name, candidate]) => await tokenVector(name, candidate))),
    verdicts: await Promise.all(
      verdicts(about).map(async ([name, verdict]) => await verdictVector(name, verdict, about)),
    ),
    successors: await successorVectors(),
  };
}

async function tokenVector(name: string, { token, type = 'site-key+jwt', at = now, roots = [root] }: Candidate) {
  const pinned = roots.map(({ jwk }) => jwk);
  const said = await verifyChain(token, type, { roots: pinned, at, checkSignature }).then(accepted, refused);
  return { name, typ: type, at, roots: pinned, token, ...said };
}

async function verdictVector(name: string, verdict: string, about: { jti: string; sub: string }) {
  const asked = { nonce: 'nonce-of-the-request', audience: 'application:hub/hwf' };
  const said = await verifyVerdict(verdict, { root: root.jwk, now, ...asked, key: site }).then(accepted, refused);
  return { name, at: now, roots: [root.jwk], ...asked, ...about, verdict, ...said };
}

function accepted(claims: object) {
  return { valid: true, claims };
}

function refused(error: unknown) {
  if (error instanceof ChainError || error instanceof UntrustedVerdictError)
    return { valid: false, reason: error.reason };
  throw error;
}

function verdicts(about: Part): [name: string, verdict: string][] {
  const verdict = (more: Part = {}, signer = responder) =>
    `${token('verdict+jwt', claims.verdict('hub', { ...about, ...more }), signer)}~${responderLink}~${hubLink}`;
  const foreignLink = token('responder-link+jwt', claims.responderLink('core', responder), core);
  const foreign = token('verdict+jwt', claims.verdict('core', { ...about, aud: 'application:hub/hwf' }), responder);
  return [
    ['that the key is valid', verdict()],
    ['that the key is invalid', verdict({ valid: false, reason: 'suspended' })],
    ['for another application', verdict({ aud: 'application:hub/boost' })],
    ['that answers another request', verdict({ nonce: 'nonce-of-yesterday' })],
    ['about another key', verdict({ jti: 'BAAAAAAAAAAAAAAAAAAAAA' })],
    ['about another site', verdict({ sub: `site:${veolia}-aaaaaaaaaaaaaaaab` })],
    ['about no key', verdict({ jti: undefined, sub: undefined })],
    ['of a responder of another Org', `${foreign}~${foreignLink}~${coreLink}`],
    ['signed by the Root', verdict({}, root)],
    ['signed by another Root', verdict({}, otherRoot)],
    ['that has expired', verdict({ exp: now })],
    ['with an unknown reason', verdict({ valid: false, reason: 'unknown' })],
    ['that is a key', site],
    ['that is empty', ''],
  ];
}
