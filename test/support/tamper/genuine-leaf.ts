import { type Candidate, hubLink, leaf, veoliaKey, veoliaLink } from './chain-world.ts';

export const above = `${veoliaLink}~${hubLink}`;
export const under = (token: string): Candidate => ({ token: `${token}~${above}` });
export const header = { alg: 'ES256', typ: 'site-key+jwt', kid: veoliaKey.kid };
export const [head = '', payload = '', signature = ''] = leaf.split('.');
