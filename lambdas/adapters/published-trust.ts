import type { LinkType, PublicJwk } from '../../domain/chain/levels.ts';
import { thumbprintOf } from '../../domain/chain/thumbprint.ts';
import { OrgId } from '../../domain/ids.ts';
import { setting } from '../environment.ts';
import type { OrgTrust } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { pinnedChainVerifier } from './chain-verifier.ts';
import { liveLink } from './live-link.ts';
import { perRuntime } from './per-runtime.ts';
import { dynamoTrustStore } from './trust-store.ts';

interface PublicKey {
  readonly kid: string;
  readonly jwk: PublicJwk;
}

/** What anyone may know of the chain: Root, Orgs, responders; never the enterprises. */
export const publishedTrust = perRuntime((runtime: Runtime) => {
  const orgs = () =>
    Promise.all(
      setting(runtime, 'ORGS')
        .split(',')
        .map(async org => await dynamoTrustStore(runtime).find(OrgId.parse(org))),
    );
  const roots = async () =>
    await Promise.all(pinnedChainVerifier(runtime).roots.map(async jwk => ({ kid: await thumbprintOf(jwk), jwk })));
  const keysOf = async (chains: readonly string[], type: LinkType): Promise<PublicKey[]> => {
    const links = await Promise.all(chains.map(async chain => await liveLink(runtime, chain, type)));
    const keys = links.flatMap(link => (link ? [{ kid: link.kid, jwk: link.jwk }] : []));
    return [...new Map(keys.map(key => [key.kid, key])).values()];
  };
  const orgKeys = async ({ orgLinks }: OrgTrust) => await keysOf(orgLinks, 'org-link+jwt');
  return {
    async document() {
      const published = (await orgs()).map(async trust => {
        const { org, orgLinks, responderLinks } = trust;
        return { org, links: [...orgLinks], keys: await orgKeys(trust), responderLinks: [...responderLinks] };
      });
      return { roots: await roots(), orgs: await Promise.all(published) };
    },
    async jwks() {
      const below = (await orgs()).map(async trust => [
        ...(await orgKeys(trust)),
        ...(await keysOf(trust.responderLinks, 'responder-link+jwt')),
      ]);
      const keys = [...(await roots()), ...(await Promise.all(below)).flat()];
      return keys.map(({ kid, jwk }) => ({ ...jwk, kid, use: 'sig' as const, alg: 'ES256' as const }));
    },
  };
});
